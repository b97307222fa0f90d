-- assay jobs list: what is not finished, oldest first.
--   :most integer
select j.job_id, j.kind, j.state, j.teacher_name as teacher, date_trunc('second', j.age)::text as age, j.attempt, j.failures,
       j.postponed, j.worker
  from operator.list_jobs(most => :most) as j
 order by j.created_at, j.job_id;
