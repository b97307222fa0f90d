-- The queue, for an operator.
create function operator.list_jobs(most integer)
    returns setof reporting.grading_queue
    language sql stable security definer
    set search_path = ''
begin atomic
    select q.*
      from reporting.grading_queue q
     order by q.created_at, q.job_id
     limit list_jobs.most;
end;

comment on function operator.list_jobs(integer) is 'Jobs that are not finished, oldest first.';
