-- The next jobs of the queue.
--   :worker integer   :most integer   :kinds text[]   :calls_per_key integer   :since uuid
select c.job_id, c.attempt, c.kind, c.teacher_id, c.traceparent
  from worker.claim_jobs(worker => :worker, most => :most, kinds => :kinds, calls_per_key => :calls_per_key, since => :since) as c;
