-- A submission as the teacher sees it.
create view api.submissions as
select s.id,
       s.assignment_id,
       json_object('id': s.student_id, 'name': s.student_name, 'email': s.student_email) as student,
       case when not h.hidden then s.score end as score,
       case when not h.hidden then s.original_score end as original_score,
       s.max_score,
       s.feedback,
       coalesce((select json_agg(json_build_object('kind', f.kind, 'start', f.starts_at, 'end', f.ends_at) order by f.starts_at, f.kind)
                   from assay.flags f
                  where f.submission_id = s.id), '[]') as flags,
       s.submitted_at,
       s.graded_at,
       case when s.provider is null then  -- else an AI gave it, and the row need not be read again
           (select s.graded_at from assay.submissions t where t.id = s.id and assay.is_edited(t))
       end as edited_at,
       case when not h.hidden then s.comment end as comment,
       s.provider is not null as is_llm_generated,
       s.released_at,
       case when h.hidden then 'until_marked' end as hidden
  from reporting.submissions s
  -- Asked once, and not for each column; of the view, since the planner cannot look into a function that asks.
 cross join lateral (select exists (select from assay.hidden_submissions v where v.submission_id = s.id) as hidden offset 0) h;

comment on view api.submissions is 'The shape of a submission in the HTTP API, for teachers, without its text; edited_at is set when a person gave the current score.';
comment on column api.submissions.student        is 'Id, name and email of who handed it in.';
comment on column api.submissions.flags          is 'Kind, start and end of each place that looked like an attempt to talk to the grader; advisory.';
comment on column api.submissions.edited_at      is 'When a person gave the current score; null: an AI or the database did.';
comment on column api.submissions.comment        is 'What the marker says to the student; null: nothing.';
comment on column api.submissions.is_llm_generated is 'True when an AI gave all of the current score; false as soon as a person gave any part of it.';
comment on column api.submissions.score          is 'The current score in gold coins; null: hidden.';
comment on column api.submissions.original_score is 'The first score it was given; null: hidden.';
comment on column api.submissions.hidden         is 'until_marked: it is a case that was drawn, and what machines gave is kept back until its teacher has marked it; null: nothing is.';
