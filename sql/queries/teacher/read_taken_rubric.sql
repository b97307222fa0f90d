-- After waiting for the template in a rubric's place: that there is none, or the job when it is not finished.
--   :token_digest bytea   :job_id uuid
select o.finished,
       case when o.finished then json_build_object('criteria', '[]'::json, 'max_score', (o.assignment).max_score)
            else to_json(o.job) end as body
  from api.read_outcome(token_digest => :token_digest, job_id => :job_id) as o;
