-- A job as a client sees it.
create view api.jobs as
select j.id,
       j.kind,
       j.status,
       j.assignment_id,
       j.submission_id,
       case when j.error_code is not null then
           json_build_object('code', coalesce(e.shown_as, e.code),
                             'message', j.error_message,
                             'details', jsonb_strip_nulls(jsonb_build_object('seen', to_jsonb(j.maxima_seen))))
       end as error,
       j.created_at,
       j.finished_at,
       j.score,
       t.case_id,
       a.title as assignment_title
  from reporting.jobs j
  left join assay.assignments a on a.id = j.assignment_id
  left join assay.error_codes e on e.code = j.error_code
  left join assay.tries t on t.id = j.id;

comment on view api.jobs is 'The shape of a job in the HTTP API.';
comment on column api.jobs.kind          is 'template, grading or try.';
comment on column api.jobs.status        is 'queued, running, succeeded or failed.';
comment on column api.jobs.assignment_id is 'The assignment; null while it does not exist yet.';
comment on column api.jobs.assignment_title is 'What the assignment is called; null while it does not exist yet.';
comment on column api.jobs.submission_id is 'The submission; null until the text is graded.';
comment on column api.jobs.error         is 'Code, message and details of a failure, as in the envelope of errors; null: it did not fail.';
comment on column api.jobs.finished_at   is 'When it ended; null: it has not.';
comment on column api.jobs.case_id       is 'Of a try: the case; null: another job, or the case is gone.';
