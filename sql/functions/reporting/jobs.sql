-- Jobs, live and finished.
create or replace view reporting.jobs as
select j.id,
       k.shown_as as kind,
       case when j.worker_id is null then 'queued' else 'running' end as status,
       j.teacher_id,
       j.student_id,
       a.id as assignment_id,
       s.id as submission_id,
       null::integer as score,
       null::text as error_code,
       null::text as error_message,
       null::integer[] as maxima_seen,
       j.attempt,
       j.created_at,
       null::timestamptz as finished_at
  from assay.jobs j
  join assay.job_kinds k on k.kind = j.kind
  left join assay.submissions s on s.id = j.subject_id
  left join assay.assignments a on a.id = coalesce(s.assignment_id, j.subject_id) and (a.published_at is not null or a.correction_template is not null)
union all
select f.id,
       coalesce(k.shown_as, f.kind),
       case when f.error_code is null then 'succeeded' else 'failed' end,
       f.teacher_id,
       f.student_id,
       f.assignment_id,
       f.submission_id,
       f.score,
       f.error_code,
       e.sentence,
       f.maxima_seen,
       f.attempt,
       f.created_at,
       f.finished_at
  from assay.finished_jobs f
  left join assay.error_codes e on e.code = f.error_code
  left join assay.job_kinds k on k.kind = f.kind;

comment on view reporting.jobs is
'One row per job: templates to build and texts to grade, live ones and those finished in the last 30 days. No text is shown.
Example: select created_at, kind, status, error_code, finished_at - created_at as took from reporting.jobs order by id desc limit 50;';
comment on column reporting.jobs.kind          is 'template or grading: what the HTTP API calls its kind.';
comment on column reporting.jobs.status        is 'queued, running, succeeded or failed.';
comment on column reporting.jobs.assignment_id is 'The assignment; null while it is not published.';
comment on column reporting.jobs.submission_id is 'The submission; null until the text is graded.';
comment on column reporting.jobs.error_message is 'Why it failed, for people.';
comment on column reporting.jobs.attempt       is 'How often a worker has claimed it.';
comment on column reporting.jobs.finished_at   is 'When it was finished; null: it is not.';
