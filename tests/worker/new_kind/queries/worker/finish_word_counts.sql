-- Words that were counted; answers the jobs that were still this worker's.
--   :results json: an array of job_id, attempt, words
select f as job_id
  from (select array_agg(r.job_id) as job_ids, array_agg(r.attempt) as attempts, array_agg(r.words) as words
          from json_to_recordset(:results) as r (job_id uuid, attempt integer, words integer)) as sent,
       worker.finish_word_counts(job_ids => sent.job_ids, attempts => sent.attempts, words => sent.words) as f;
