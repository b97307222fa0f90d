-- An operator puts a job back to the line.
create function work.requeue_job(job_id uuid)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
begin
    perform assay.act_as('operator');
    perform assay.requeue_job(requeue_job.job_id);
    perform pg_notify('assay_job', requeue_job.job_id || ' queued');
end
$$;

comment on function work.requeue_job(uuid) is
    'Puts a job that waits or runs back to the line, as new: its failures are forgotten, and whoever runs it now is superseded. 404 not_found when it has ended.';
