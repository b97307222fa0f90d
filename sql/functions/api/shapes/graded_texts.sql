-- A submission as its student sees it.
create view api.graded_texts as
select s.id,
       s.assignment_id,
       s.content,
       case when s.released_at is not null then s.score end as score,
       s.max_score,
       case when s.released_at is not null then s.feedback end as feedback,
       s.submitted_at,
       s.graded_at,
       case when r.revealed then s.comment end as comment,
       case when r.revealed then (select o.outcome from api.outcomes o where o.submission_id = s.id) end as outcome,
       case when r.revealed then assay.regrade_until(s.id) end as regrade_until
  from reporting.submissions s
 cross join lateral (select assay.is_revealed(s.assignment_id, s.id) as revealed offset 0) r;  -- asked once, not for each column

comment on view api.graded_texts is 'The shape of a submission in the HTTP API, for its student.';
comment on column api.graded_texts.score    is 'In gold coins; null: the result is held.';
comment on column api.graded_texts.feedback is 'What the teacher wrote about it; null: nothing, or the result is held.';
comment on column api.graded_texts.comment is 'What the marker says to the student; null: nothing, or not revealed yet.';
comment on column api.graded_texts.outcome is 'Why the score is what it is, as in api.outcomes; null: not revealed yet.';
comment on column api.graded_texts.regrade_until is 'Strictly before it a mark may be disputed; null: not revealed yet.';
