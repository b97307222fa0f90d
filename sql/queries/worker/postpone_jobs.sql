-- Jobs that wait in the line until a key has cooled; answers how many did not fail for having waited too often.
--   :job_ids uuid[]   :attempts integer[]   :most integer
select worker.postpone_jobs(job_ids => :job_ids, attempts => :attempts, most => :most) as postponed;
