-- Ends a job as failed.
create or replace function assay.fail_job(job_id uuid, error_code text, cause text, maxima_seen integer[] default null)
    returns void
    language plpgsql volatile
    set search_path = ''
as $$
begin
    insert into assay.finished_jobs (id, kind, teacher_id, student_id, assignment_id, submission_id, error_code, cause,
                                     maxima_seen, content_sha256, attempt, created_at)
    select j.id, j.kind, j.teacher_id, j.student_id, a.id, s.id, fail_job.error_code, fail_job.cause,
           fail_job.maxima_seen,
           assay.text_digest(p.content), j.attempt, j.created_at
      from assay.jobs j
      left join assay.submissions s         on s.id = j.subject_id
      left join assay.assignments a         on a.id = coalesce(s.assignment_id, j.subject_id)
                                               and (a.published_at is not null or a.correction_template is not null)
      left join assay.pending_submissions p on p.job_id = j.id
     where j.id = fail_job.job_id;
    delete from assay.jobs j where j.id = fail_job.job_id;
    perform pg_notify('assay_job', fail_job.job_id || ' failed');
end
$$;

comment on function assay.fail_job(uuid, text, text, integer[]) is
    'Moves a job to assay.finished_jobs with its error and cause; erases what waited for it, keeps the SHA-256 of a text, and tells who waits.';
