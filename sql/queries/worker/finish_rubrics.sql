-- Rubrics that were built; answers the jobs that were still this worker's.
--   :results json: an array of job_id, attempt, criteria (title, prompt, max_score, levels (score, text)), max_score, provider, model,
--   prompt_version
select f as job_id
  from (select array_agg(r.job_id) as job_ids, array_agg(r.attempt) as attempts, array_agg(r.criteria) as criteria,
               array_agg(r.max_score) as max_scores, array_agg(r.provider) as providers, array_agg(r.model) as models,
               array_agg(r.prompt_version) as prompt_versions
          from json_to_recordset(:results) as r (job_id uuid, attempt integer, criteria json, max_score integer, provider text, model text,
                                                 prompt_version text)) as sent,
       worker.finish_rubrics(
           job_ids => sent.job_ids, attempts => sent.attempts, criteria => sent.criteria, max_scores => sent.max_scores,
           providers => sent.providers, models => sent.models, prompt_versions => sent.prompt_versions) as f;
