-- An operator ends a job.
create function operator.fail_job(job_id uuid)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
begin
    perform assay.set_actor('operator');
    perform from assay.jobs j where j.id = fail_job.job_id for update;
    if not found then
        perform assay.refuse('job_has_ended');
    end if;
    perform assay.fail_job(fail_job.job_id, 'internal_error', 'operator');
end
$$;

comment on function operator.fail_job(uuid) is
    'Ends a job as failed: its text is erased, and its student may hand in again until the deadline. 404 not_found when it has ended.';
