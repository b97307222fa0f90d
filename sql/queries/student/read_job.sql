-- GET /student/jobs/{job_id}: what became of a text.
--   :token bytea   :job_id uuid
select job.status in ('succeeded', 'failed') as finished, to_json(job) as body
  from api.read_my_job(token => :token, job_id => :job_id) as job;
