-- A submission as the teacher sees it, with its text.
create view api.full_submissions as
select s.*,
       t.content,
       case when s.hidden is null then o.outcome end as outcome
  from api.submissions s
  join assay.submissions t on t.id = s.id
  join api.outcomes o on o.submission_id = s.id;

comment on view api.full_submissions is 'The shape of a submission in the HTTP API, for teachers, with its text and its outcome.';
comment on column api.full_submissions.id             is 'The submission.';
comment on column api.full_submissions.student        is 'Id, name and email of who handed it in.';
comment on column api.full_submissions.flags          is 'Kind, start and end of each place that looked like an attempt to talk to the grader; advisory.';
comment on column api.full_submissions.edited_at      is 'When a person gave the current score; null: an AI or the database did.';
comment on column api.full_submissions.is_llm_generated is 'True when an AI gave all of the current score.';
comment on column api.full_submissions.outcome        is 'Why the score is what it is, as in api.outcomes; null: hidden.';
