-- GET /teacher/jobs/{job_id}: what became of a template or a regrade.
--   :token bytea   :job_id uuid
select job.status in ('succeeded', 'failed') as finished, to_json(job) as body
  from api.read_job(token => :token, job_id => :job_id) as job;
