-- Every kind of job, by turn.
select k as kind
  from worker.list_kinds() as k;
