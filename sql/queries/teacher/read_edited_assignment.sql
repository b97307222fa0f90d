-- After waiting for the template of new instructions: the changed assignment, or the job when it is not finished.
--   :token bytea   :job_id uuid
select o.finished, case when o.finished then to_json(o.assignment) else to_json(o.job) end as body
  from api.read_outcome(token => :token, job_id => :job_id) as o;
