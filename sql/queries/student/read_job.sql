-- GET /student/jobs/{job_id}: what became of a text.
--   :token_digest bytea   :job_id uuid
select job.status in ('succeeded', 'failed') as finished, to_json(job) as body
  from api.read_my_job(token_digest => :token_digest, job_id => :job_id) as job;
