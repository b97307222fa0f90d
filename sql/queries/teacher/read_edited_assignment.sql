-- After waiting for the template of new instructions: the changed assignment, or the job when it is not finished.
--   :token_digest bytea   :job_id uuid
select o.finished, case when o.finished then to_json(o.assignment) else to_json(o.job) end as body
  from api.read_outcome(token_digest => :token_digest, job_id => :job_id) as o;
