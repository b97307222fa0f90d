-- A submission as the teacher sees it, with its text.
create view api.full_submissions as
select s.*,
       t.content
  from api.submissions s
  join assay.submissions t on t.id = s.id;

comment on view api.full_submissions is 'The shape of a submission in the HTTP API, for teachers, with its text.';
comment on column api.full_submissions.id             is 'The submission.';
comment on column api.full_submissions.student        is 'Id, name and email of who handed it in.';
comment on column api.full_submissions.flags          is 'Kind, start and end of each place that looked like an attempt to talk to the grader; advisory.';
comment on column api.full_submissions.edited_at      is 'When a person gave the current score; null: the AI did.';
