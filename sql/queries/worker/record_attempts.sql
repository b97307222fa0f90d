-- Every call of an AI service leaves a row.
--   :job_ids uuid[]   :teacher_ids uuid[]   :assignment_ids uuid[]   :providers text[]   :models text[]   :outcomes text[]
--   :milliseconds integer[]   :tokens_in integer[]   :tokens_out integer[]   :request_ids text[]
--   :retry_afters double precision[]
select worker.record_attempts(
           job_ids => :job_ids, teacher_ids => :teacher_ids, assignment_ids => :assignment_ids,
           providers => :providers, models => :models, outcomes => :outcomes,
           milliseconds => :milliseconds, tokens_in => :tokens_in, tokens_out => :tokens_out, request_ids => :request_ids,
           retry_afters => :retry_afters);
