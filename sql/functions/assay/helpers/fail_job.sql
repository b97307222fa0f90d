-- Ends a job as failed.
create or replace function assay.fail_job(job_id uuid, error_code text, maxima_seen integer[] default null)
    returns void
    language plpgsql volatile
    set search_path = ''
as $$
begin
    with gone as (
        delete from assay.jobs j
         where j.id = fail_job.job_id
        returning j.*
    )
    insert into assay.finished_jobs (id, kind, teacher_id, student_id, assignment_id, submission_id, error_code,
                                     maxima_seen, content_sha256, attempt, created_at)
    select g.id, g.kind, g.teacher_id, g.student_id, g.assignment_id, g.submission_id, fail_job.error_code,
           fail_job.maxima_seen,
           sha256(convert_to(g.content, 'UTF8')), g.attempt, g.created_at
      from gone g;
    perform pg_notify('assay_job', fail_job.job_id || ' failed');
end
$$;

comment on function assay.fail_job(uuid, text, integer[]) is
    'Moves a job to assay.finished_jobs with its error; erases its text, keeps the text''s SHA-256, and tells who waits.';
