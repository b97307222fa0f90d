-- assay jobs show: one job, live or finished.
--   :job_id uuid
select j.id, j.kind, j.status, j.teacher, j.student_id, j.assignment_id, j.submission_id, j.score, j.error_code,
       j.error_message, j.attempt, j.failures, j.postponed, j.worker, j.run_at, j.claimed_at, j.created_at, j.finished_at
  from operator.show_job(job_id => :job_id) as j;
