-- What trying cases needs.
--   :job_ids uuid[]
select t.job_id, t.provider, t.model, t.instructions, t.correction_template, t.max_score, t.questions, t.content, t.rubric_digest, t.keys
  from worker.load_tries(job_ids => :job_ids) as t;
