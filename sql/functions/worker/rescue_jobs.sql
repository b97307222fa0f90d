-- What ran under a worker that died goes back to the queue.
create function worker.rescue_jobs(lease_seconds double precision default 0)
    returns integer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    rescued integer;
begin
    -- A server that has just started gives everyone the time of a lease to come back.
    delete from assay.workers w
     where w.id in (select x.id
                      from assay.workers x
                     where x.lease_until = '-infinity'
                        or (x.lease_until < now()
                            and pg_postmaster_start_time() < now() - make_interval(secs => rescue_jobs.lease_seconds))
                       for update skip locked);

    -- Three workers died with it: it is not tried again.
    perform assay.fail_job(hopeless.id, 'internal_error', 'internal')
       from unnest(array(
               select j.id
                 from assay.jobs j
                where j.worker_id is not null
                  and j.failures >= 2
                  and not exists (select from assay.workers w where w.id = j.worker_id)
                  for update skip locked)) as hopeless (id);

    update assay.jobs j
       set worker_id  = null,
           claimed_at = null,
           failures   = j.failures + 1,
           run_at     = case when j.failures > 0 then now() + make_interval(secs => 2 ^ j.failures * (1 + random())) end
     where j.id = any (array(
               select r.id
                 from assay.jobs r
                where r.worker_id is not null
                  and not exists (select from assay.workers w where w.id = r.worker_id)
                  for update skip locked));
    get diagnostics rescued = row_count;

    if rescued > 0 then
        perform pg_notify('assay_work', '');
    end if;
    return rescued;
end
$$;

comment on function worker.rescue_jobs(double precision) is
    'Gives up workers whose lease has passed, puts what they ran back into the queue (after a growing wait from the second death on; after the third the job fails). A server that started less than lease_seconds ago gives up only those whose slot another has taken. Answers how many were rescued. Any worker may call it at any time.';
