-- A job as its teacher sees it.
create view api.teacher_jobs as
select j.id,
       j.kind,
       j.status,
       j.assignment_id,
       j.submission_id,
       j.error,
       j.created_at,
       j.finished_at,
       case when not h.hidden then j.score end as score,
       j.case_id,
       j.assignment_title,
       case when h.hidden then 'until_marked' end as hidden
  from api.jobs j
 cross join lateral (select exists (select from assay.hidden_submissions v where v.submission_id = j.submission_id) as hidden offset 0) h;

comment on view api.teacher_jobs is 'The shape of a job in the HTTP API, for its teacher.';
comment on column api.teacher_jobs.submission_id is 'The submission; null until the text is graded.';
comment on column api.teacher_jobs.error is 'Code, message and details of a failure, as in the envelope of errors; null: it did not fail.';
comment on column api.teacher_jobs.assignment_title is 'What the assignment is called; null while it does not exist yet.';
comment on column api.teacher_jobs.score is 'The score that it gave; null: none, or hidden.';
comment on column api.teacher_jobs.hidden is 'until_marked: its submission is a case that was drawn, and the score is kept back until its teacher has marked it; null: it is not.';
