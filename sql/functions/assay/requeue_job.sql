-- By hand: a job that waits or hangs goes back into the line.
-- needs: refuse
create or replace function assay.requeue_job(job_id uuid)
    returns void
    language plpgsql volatile
    set search_path = ''
as $$
begin
    update assay.jobs j
       set worker_id = null, claimed_at = null, run_at = null, failures = 0, postponed = 0, attempt = j.attempt + 1
     where j.id = requeue_job.job_id;
    if not found then
        perform assay.refuse(404, 'not_found', 'There is no such unfinished job. Of a failed one no text is kept: it must be sent again.');
    end if;
    perform pg_notify('assay_work', '');
end
$$;

comment on function assay.requeue_job(uuid) is
    'By hand: puts a waiting or running job back at its place in the line and forgets its failures; what a worker still does with it counts for nothing. 404 not_found: it has finished, and of a failed one no text is kept.';
