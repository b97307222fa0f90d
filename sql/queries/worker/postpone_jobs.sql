-- Jobs that wait in the queue until a key may be used again; answers those that did not fail for having waited too often.
--   :results json: an array of job_id, attempt, counts
select f as job_id
  from (select array_agg(r.job_id) as job_ids, array_agg(r.attempt) as attempts, array_agg(r.counts) as counts
          from json_to_recordset(:results) as r (job_id uuid, attempt integer, counts boolean)) as sent,
       worker.postpone_jobs(job_ids => sent.job_ids, attempts => sent.attempts, counts => sent.counts) as f;
