-- Gradings that succeeded; answers those that were still this worker's.
--   :job_ids uuid[]   :attempts integer[]   :scores integer[]   :providers text[]   :models text[]   :prompt_versions text[]
--   :flag_jobs uuid[]   :flag_kinds text[]   :flag_starts integer[]   :flag_ends integer[]
select f as job_id
  from worker.finish_gradings(
           job_ids => :job_ids, attempts => :attempts, scores => :scores,
           providers => :providers, models => :models, prompt_versions => :prompt_versions,
           flag_jobs => :flag_jobs, flag_kinds => :flag_kinds, flag_starts => :flag_starts, flag_ends => :flag_ends) as f;
