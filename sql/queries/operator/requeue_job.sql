-- assay jobs requeue: back into the queue, as new.
--   :job_id uuid
select operator.requeue_job(job_id => :job_id);
