-- Templates that were built; answers the jobs that were still this worker's.
--   :results json: an array of job_id, attempt, correction_template, max_score, provider, model, prompt_version
select f as job_id
  from (select array_agg(r.job_id) as job_ids, array_agg(r.attempt) as attempts,
               array_agg(r.correction_template) as correction_templates, array_agg(r.max_score) as max_scores,
               array_agg(r.provider) as providers, array_agg(r.model) as models,
               array_agg(r.prompt_version) as prompt_versions
          from json_to_recordset(:results) as r (job_id uuid, attempt integer, correction_template text, max_score integer,
                                                 provider text, model text, prompt_version text)) as sent,
       worker.finish_templates(
           job_ids => sent.job_ids, attempts => sent.attempts, correction_templates => sent.correction_templates,
           max_scores => sent.max_scores, providers => sent.providers, models => sent.models,
           prompt_versions => sent.prompt_versions) as f;
