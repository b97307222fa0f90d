-- After waiting for a job: the submission it led to, or the job when it is not finished.
--   :token_digest bytea   :job_id uuid
select o.finished, case when o.finished then json_build_object('submission', o.submission) else to_json(o.job) end as body
  from api.read_my_outcome(token_digest => :token_digest, job_id => :job_id) as o;
