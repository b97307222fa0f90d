-- What grading submissions again needs.
--   :job_ids uuid[]
select t.job_id, t.instructions, t.correction_template, t.max_score, t.content, t.keys
  from worker.load_regrades(job_ids => :job_ids) as t;
