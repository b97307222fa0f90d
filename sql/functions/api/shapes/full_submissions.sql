-- A submission as the teacher sees it, with its text.
create view api.full_submissions as
select s.*,
       t.content
  from api.submissions s
  join assay.submissions t on t.id = s.id;

comment on view api.full_submissions is 'The shape of a submission in the HTTP API, for teachers, with its text.';
comment on column api.full_submissions.id             is 'The submission.';
comment on column api.full_submissions.assignment_id  is 'What it was handed in for.';
comment on column api.full_submissions.student        is 'Id, name and email of who handed it in.';
comment on column api.full_submissions.score          is 'Its current score, in gold coins.';
comment on column api.full_submissions.original_score is 'Its first score, in gold coins.';
comment on column api.full_submissions.max_score      is 'The highest score, in gold coins.';
comment on column api.full_submissions.feedback       is 'What the teacher wrote about it; null: nothing.';
comment on column api.full_submissions.flags          is 'Kind, start and end of each place that looked like an attempt to talk to the grader; advisory.';
comment on column api.full_submissions.submitted_at   is 'When the text arrived.';
comment on column api.full_submissions.graded_at      is 'When the current score was given.';
comment on column api.full_submissions.edited_at      is 'When a person gave the current score; null: the AI did.';
comment on column api.full_submissions.content        is 'The text as it was sent.';
