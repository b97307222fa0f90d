-- A submission as its student sees it.
create view api.graded_texts as
select s.id,
       s.assignment_id,
       s.content,
       s.score,
       s.max_score,
       s.feedback,
       s.submitted_at,
       s.graded_at
  from reporting.submissions s;

comment on view api.graded_texts is 'The shape of a submission in the HTTP API, for its student.';
comment on column api.graded_texts.id            is 'The submission.';
comment on column api.graded_texts.assignment_id is 'What it was handed in for.';
comment on column api.graded_texts.content       is 'The text as it was sent.';
comment on column api.graded_texts.score         is 'Its current score, in gold coins.';
comment on column api.graded_texts.max_score     is 'The highest score, in gold coins.';
comment on column api.graded_texts.feedback      is 'What the teacher wrote about it; null: nothing.';
comment on column api.graded_texts.submitted_at  is 'When the text arrived.';
comment on column api.graded_texts.graded_at     is 'When the current score was given.';
