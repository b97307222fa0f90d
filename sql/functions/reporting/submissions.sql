-- Graded submissions with their texts.
create or replace view reporting.submissions as
select s.id,
       s.assignment_id,
       a.title as assignment_title,
       a.teacher_id,
       s.student_id,
       p.name as student_name,
       p.email as student_email,
       s.content,
       s.score,
       s.original_score,
       a.max_score,
       s.feedback,
       s.provider,
       s.model,
       s.submitted_at,
       s.graded_at,
       s.comment,
       s.adjustment,
       s.released_at
  from assay.submissions s
  join assay.assignments a on a.id = s.assignment_id
  join assay.students p    on p.id = s.student_id;

comment on view reporting.submissions is
'One row per graded text. A text that waits to be graded is only in reporting.grading_queue, without its content.
Example: select student_name, assignment_title, score, original_score, length(content) from reporting.submissions order by submitted_at desc limit 50;';
comment on column reporting.submissions.assignment_title is 'What it was handed in for, by title.';
comment on column reporting.submissions.student_name     is 'Who handed it in, by name.';
comment on column reporting.submissions.student_email    is 'Who handed it in, by address.';
