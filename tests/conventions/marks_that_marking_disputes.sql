-- Answers that the database marked, and would mark otherwise now.
-- as in: set session_replication_role = replica; insert into assay.questions (id, assignment_id, number, kind, prompt, max_score, approved_at) values ('00000000-0000-0000-0000-00000000000b', gen_random_uuid(), 1, 'short', 'x', 3, now()); insert into assay.answers (student_id, question_id, submission_id, score, marked_by) values (gen_random_uuid(), '00000000-0000-0000-0000-00000000000b', gen_random_uuid(), 2, 'database'); set session_replication_role = origin
-- A corrected key marks all of them anew, in its own transaction, so that no correction excuses one. A blank that was
-- handed in for a question which the database does not mark earns 0.
select x.id as offender, x.score, m.score as marked_now
  from assay.answers x
  join assay.questions q on q.id = x.question_id
 cross join lateral (select coalesce(assay.mark(q, x.picked, x.indents, x.texts), 0) as score) m
 where x.marked_by = 'database'
   and x.score <> m.score;
