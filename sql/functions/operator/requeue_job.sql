-- A job that waits or hangs goes back to the queue.
create function operator.requeue_job(job_id uuid)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
begin
    perform assay.set_actor('operator');
    update assay.jobs j
       set worker_id = null, claimed_at = null, run_at = null, failures = 0, postponed = 0, attempt = j.attempt + 1
     where j.id = requeue_job.job_id;
    if not found then
        perform assay.refuse('job_has_ended');
    end if;
    perform pg_notify('assay_work', '');
    perform pg_notify('assay_job', requeue_job.job_id || ' queued');
end
$$;

comment on function operator.requeue_job(uuid) is
    'Puts a waiting or running job back at its place in the queue and forgets its failures; what a worker still does with it counts for nothing. 404 not_found: it has finished, and of a failed one no text is kept.';
