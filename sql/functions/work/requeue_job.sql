-- An operator puts a job back to the line.
create function work.requeue_job(job_id uuid)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
begin
    perform assay.act_as('operator');
    update assay.jobs j
       set worker_id = null, claimed_at = null, run_at = null, failures = 0, postponed = 0, attempt = j.attempt + 1
     where j.id = requeue_job.job_id;
    if not found then
        perform assay.refuse(404, 'not_found', 'There is no such job in the line. One that has ended has no text any more: it must be sent again.');
    end if;
    perform pg_notify('assay_job', requeue_job.job_id || ' queued');
    perform pg_notify('assay_work', '');
end
$$;

comment on function work.requeue_job(uuid) is
    'Puts a job that waits or runs back to the line, as new: its failures are forgotten, and whoever runs it now is superseded. 404 not_found when it has ended.';
