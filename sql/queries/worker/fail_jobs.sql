-- Jobs that failed for good; answers those that were still this worker's.
--   :results json: an array of job_id, attempt, error_code, cause, maxima_seen (an array of integers, or null)
select f as job_id
  from (select array_agg(r.job_id) as job_ids, array_agg(r.attempt) as attempts, array_agg(r.error_code) as error_codes,
               array_agg(r.cause) as causes, array_agg(r.maxima_seen) as maxima_seen
          from json_to_recordset(:results) as r (job_id uuid, attempt integer, error_code text, cause text,
                                                 maxima_seen json)) as sent,
       worker.fail_jobs(
           job_ids => sent.job_ids, attempts => sent.attempts, error_codes => sent.error_codes, causes => sent.causes,
           maxima_seen => sent.maxima_seen) as f;
