-- What became of a job of this teacher.
create function api.read_job(token_digest bytea, job_id uuid)
    returns api.teacher_jobs
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me  assay.teachers := assay.teacher(token_digest);
    job api.teacher_jobs;
begin
    perform assay.require_own_job(read_job.job_id, me.id, null);
    select j.* into job from api.teacher_jobs j where j.id = read_job.job_id;
    return job;
end
$$;

comment on function api.read_job(bytea, uuid) is 'A job of the calling teacher: a template, a grading for an own assignment (its score null while it is hidden: assay.is_hidden), or a try; else 404 not_found.';
