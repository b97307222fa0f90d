-- Every call of an AI service leaves a row.
--   :job_ids uuid[]   :teacher_ids uuid[]   :providers text[]   :models text[]   :outcomes text[]   :milliseconds integer[]
--   :tokens_in integer[]   :tokens_out integer[]   :request_ids text[]   :retry_afters double precision[]   :calls_per_key integer
select worker.record_attempts(
           job_ids => :job_ids, teacher_ids => :teacher_ids, providers => :providers, models => :models,
           outcomes => :outcomes, milliseconds => :milliseconds, tokens_in => :tokens_in, tokens_out => :tokens_out,
           request_ids => :request_ids, retry_afters => :retry_afters, calls_per_key => :calls_per_key);
