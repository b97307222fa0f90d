-- Submissions that were marked by their questions; answers the jobs that were still this worker's.
--   :results json: an array of job_id, attempt, marks (number, score, reason, quotes, quotes_unfound), comment, provider, model,
--   prompt_version, flags (kind, starts_at, ends_at)
select f as job_id
  from (select array_agg(r.job_id) as job_ids, array_agg(r.attempt) as attempts, array_agg(r.marks) as marks,
               array_agg(r.comment) as comments, array_agg(r.provider) as providers, array_agg(r.model) as models,
               array_agg(r.prompt_version) as prompt_versions, array_agg(r.flags) as flags
          from json_to_recordset(:results) as r (job_id uuid, attempt integer, marks json, comment text, provider text, model text,
                                                 prompt_version text, flags json)) as sent,
       worker.finish_markings(
           job_ids => sent.job_ids, attempts => sent.attempts, marks => sent.marks, comments => sent.comments,
           providers => sent.providers, models => sent.models, prompt_versions => sent.prompt_versions, flags => sent.flags) as f;
