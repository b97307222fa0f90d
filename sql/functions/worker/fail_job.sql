-- A job that failed for good: nothing is stored of it but the reason, and of a text its SHA-256.
create function worker.fail_job(job_id uuid, attempt integer, error_code text, maxima_seen integer[] default null)
    returns boolean
    language plpgsql volatile security definer
    set search_path = ''
as $$
begin
    perform from assay.jobs j
      where j.id = fail_job.job_id
        and j.attempt = fail_job.attempt
        for update;
    if not found then
        return false;
    end if;
    perform assay.fail_job(fail_job.job_id, fail_job.error_code, fail_job.maxima_seen);
    return true;
end
$$;

comment on function worker.fail_job(uuid, integer, text, integer[]) is
    'Ends a job as failed: its text is erased, the student may hand in again. False when the attempt was superseded: nothing changed.';
