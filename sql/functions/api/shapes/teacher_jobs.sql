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
       case when not assay.is_hidden(j.submission_id) then j.score end as score,
       j.case_id
  from api.jobs j;

comment on view api.teacher_jobs is 'The shape of a job in the HTTP API, for its teacher.';
comment on column api.teacher_jobs.error is 'Code, message and details of a failure, as in the envelope of errors; null: it did not fail.';
comment on column api.teacher_jobs.score is 'The score that it gave; null: none, or hidden until its teacher has marked the submission.';
