-- What marking submissions by their questions again needs.
--   :job_ids uuid[]
select q.job_id, q.instructions, q.correction_template, q.questions, q.content, q.comment_language, q.keys
  from worker.load_question_regrades(job_ids => :job_ids) as q;
