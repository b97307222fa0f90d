-- After waiting for a job: the assignment or submission it led to, or the job when it is not finished.
--   :token bytea   :job_id uuid
select o.finished,
       case when not o.finished               then to_jsonb(o.job)
            when (o.job).kind = 'template'    then jsonb_build_object('assignment', o.assignment)
            else jsonb_build_object('submission', to_jsonb(o.submission) || jsonb_build_object('content', o.content)) end as body
  from api.read_outcome(token => :token, job_id => :job_id) as o;
