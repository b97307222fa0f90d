-- What became of a text this student handed in.
create function api.read_my_job(token_digest bytea, job_id uuid)
    returns api.my_jobs
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me  assay.students := assay.student(token_digest);
    job api.my_jobs;
begin
    perform assay.require_own_job(read_my_job.job_id, null, me.id);
    select j.* into job from api.my_jobs j where j.id = read_my_job.job_id;
    return job;
end
$$;

comment on function api.read_my_job(bytea, uuid) is 'A job of the calling student, without the score while it is held; else 404 not_found.';
