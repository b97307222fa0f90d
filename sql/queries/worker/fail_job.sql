-- A job that failed for good; false when the attempt was superseded.
--   :job_id uuid   :attempt integer   :error_code text   :maxima_seen integer[]
select worker.fail_job(job_id => :job_id, attempt => :attempt, error_code => :error_code, maxima_seen => :maxima_seen) as failed;
