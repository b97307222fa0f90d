-- assay jobs requeue: back to the line, as new.
--   :job_id uuid
select operator.requeue_job(job_id => :job_id);
