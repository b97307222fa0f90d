-- A job as its student sees it.
create view api.my_jobs as
select j.id,
       j.kind,
       j.status,
       j.assignment_id,
       j.submission_id,
       j.error,
       j.created_at,
       j.finished_at,
       case when s.released_at is not null then j.score end as score,
       j.case_id,
       j.assignment_title
  from api.jobs j
  left join assay.submissions s on s.id = j.submission_id;

comment on view api.my_jobs is 'The shape of a job in the HTTP API, for its student.';
comment on column api.my_jobs.id            is 'The job.';
comment on column api.my_jobs.kind          is 'grading.';
comment on column api.my_jobs.status        is 'queued, running, succeeded or failed.';
comment on column api.my_jobs.assignment_id is 'The assignment.';
comment on column api.my_jobs.assignment_title is 'What the assignment is called.';
comment on column api.my_jobs.submission_id is 'The submission; null until the text is graded.';
comment on column api.my_jobs.error         is 'Code, message and details of a failure, as in the envelope of errors; null: it did not fail.';
comment on column api.my_jobs.created_at    is 'When it was accepted.';
comment on column api.my_jobs.finished_at   is 'When it ended; null: it has not.';
comment on column api.my_jobs.score         is 'The score that it gave; null: none, or the result is held.';
comment on column api.my_jobs.case_id       is 'Null: no student has a try.';
