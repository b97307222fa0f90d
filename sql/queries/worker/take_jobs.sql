-- The next jobs of the line, with all that is needed to do them.
--   :worker integer   :most integer   :per_teacher integer   :since uuid
select t.job_id, t.attempt, t.kind, t.teacher_id, t.assignment_id, t.instructions, t.correction_template, t.max_score,
       t.content, t.openai_key, t.anthropic_key
  from worker.take_jobs(worker => :worker, most => :most, per_teacher => :per_teacher, since => :since) as t;
