-- Submissions with answers whose score is not the sum of what these earned and of its adjustment.
-- as in: set session_replication_role = replica; insert into assay.submissions (id, student_id, assignment_id, content, score, original_score) values ('00000000-0000-0000-0000-00000000000a', gen_random_uuid(), gen_random_uuid(), 'x', 3, 3); insert into assay.answers (student_id, question_id, submission_id, score, marked_by) values (gen_random_uuid(), gen_random_uuid(), '00000000-0000-0000-0000-00000000000a', 2, 'teacher'); set session_replication_role = origin
select s.id as offender, s.score, x.earned, s.adjustment
  from assay.submissions s
  join (select a.submission_id, sum(coalesce(a.score, 0)) as earned
          from assay.answers a
         where a.submission_id is not null
         group by a.submission_id) x on x.submission_id = s.id
 where s.score <> x.earned + s.adjustment;
