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
       s.graded_at
  from assay.submissions s
  join assay.assignments a on a.id = s.assignment_id
  join assay.students p    on p.id = s.student_id;

comment on view reporting.submissions is
'One row per graded text. A text that waits to be graded is only in reporting.grading_queue, without its content.
Example: select student_name, assignment_title, score, original_score, length(content) from reporting.submissions order by submitted_at desc limit 50;';
comment on column reporting.submissions.id               is 'The submission.';
comment on column reporting.submissions.assignment_id    is 'What it was handed in for.';
comment on column reporting.submissions.assignment_title is 'What it was handed in for, by title.';
comment on column reporting.submissions.teacher_id       is 'Whose assignment it was handed in for.';
comment on column reporting.submissions.student_id       is 'Who handed it in.';
comment on column reporting.submissions.student_name     is 'Who handed it in, by name.';
comment on column reporting.submissions.student_email    is 'Who handed it in, by address.';
comment on column reporting.submissions.content          is 'The text as it was sent.';
comment on column reporting.submissions.score            is 'Its current score, in gold coins.';
comment on column reporting.submissions.original_score   is 'Its first score, in gold coins.';
comment on column reporting.submissions.max_score        is 'The highest score, in gold coins.';
comment on column reporting.submissions.feedback         is 'What the teacher wrote about it; null: nothing.';
comment on column reporting.submissions.provider         is 'The AI service that gave the current score; null: a person did.';
comment on column reporting.submissions.model            is 'The model that gave the current score; null: a person did.';
comment on column reporting.submissions.submitted_at     is 'When the text arrived.';
comment on column reporting.submissions.graded_at        is 'When the current score was given.';
