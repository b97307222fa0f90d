-- After waiting for a job: the assignment or submission it led to, or the job when it is not finished.
--   :token_digest bytea   :job_id uuid
select o.finished,
       case when not o.finished               then to_json(o.job)
            when (o.job).kind = 'template' and (o.assignment).deadline <= (o.job).created_at
                 then json_build_object('assignment', o.assignment,
                                        'warning', 'The deadline has passed already: nobody can hand in a text.')
            when (o.job).kind = 'template'    then json_build_object('assignment', o.assignment)
            else json_build_object('submission', o.submission) end as body
  from api.read_outcome(token_digest => :token_digest, job_id => :job_id) as o;
