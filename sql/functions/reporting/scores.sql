-- Who got how many coins for what.
create or replace view reporting.scores as
select s.id as submission_id,
       s.student_id,
       p.name as student_name,
       s.assignment_id,
       a.title,
       a.teacher_id,
       s.score,
       a.max_score,
       s.feedback,
       s.graded_at
  from assay.submissions s
  join assay.assignments a on a.id = s.assignment_id
  join assay.students p    on p.id = s.student_id
 where s.released_at is not null;

comment on view reporting.scores is
'One row per graded submission whose result is released: its current score. reporting.score_history has the earlier ones.
Example: select student_name, title, score, max_score from reporting.scores order by graded_at desc limit 50;';
comment on column reporting.scores.submission_id is 'The submission.';
comment on column reporting.scores.student_name  is 'Who got it, by name.';
comment on column reporting.scores.title         is 'What for, by title.';
