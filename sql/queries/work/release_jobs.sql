-- A worker that stops gives back what it has not finished.
--   :job_ids uuid[]   :attempts integer[]
select work.release_jobs(job_ids => :job_ids, attempts => :attempts) as released;
