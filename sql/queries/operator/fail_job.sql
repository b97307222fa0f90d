-- assay jobs fail: ended as failed, its text erased.
--   :job_id uuid
select operator.fail_job(job_id => :job_id);
