-- What models answered about cases; answers the jobs that were still this worker's.
--   :results json: an array of job_id, attempt, marks (number or null, score or error, reason, quotes, quotes_unfound), prompt_version,
--   rubric_digest
select f as job_id
  from (select array_agg(r.job_id) as job_ids, array_agg(r.attempt) as attempts, array_agg(r.marks) as marks,
               array_agg(r.prompt_version) as prompt_versions, array_agg(r.rubric_digest) as rubric_digests
          from json_to_recordset(:results) as r (job_id uuid, attempt integer, marks json, prompt_version text, rubric_digest text)) as sent,
       worker.finish_tries(
           job_ids => sent.job_ids, attempts => sent.attempts, marks => sent.marks, prompt_versions => sent.prompt_versions,
           rubric_digests => sent.rubric_digests) as f;
