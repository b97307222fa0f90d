-- Answers that count although another attempt of the same student would earn more.
-- as in: set session_replication_role = replica; insert into assay.questions (id, assignment_id, number, kind, prompt, max_score, approved_at, voided_at) values ('00000000-0000-0000-0000-00000000000d', gen_random_uuid(), 1, 'short', 'x', 3, now(), now()); insert into assay.answers (student_id, question_id, submission_id, score, marked_by) values ('00000000-0000-0000-0000-00000000000e', '00000000-0000-0000-0000-00000000000d', gen_random_uuid(), 2, 'database'); insert into assay.answers (student_id, question_id, attempt) values ('00000000-0000-0000-0000-00000000000e', '00000000-0000-0000-0000-00000000000d', 2); set session_replication_role = origin
-- What a person gave counts, whatever else was tried.
select x.id as offender, x.score, o.id as better
  from assay.answers x
  join assay.questions q on q.id = x.question_id
  join assay.answers o on o.student_id = x.student_id and o.question_id = x.question_id and o.submission_id is null
 where x.submission_id is not null
   and x.marked_by = 'database'
   and assay.mark(q, o.picked, o.indents, o.texts) > x.score;
