-- assay jobs fail: ended as failed, its text erased.
--   :job_id uuid
select work.stop_job(job_id => :job_id);
