-- What ran under a worker that died goes back to the line.
create function work.rescue_jobs()
    returns integer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    rescued integer;
begin
    delete from assay.workers w
     where w.id in (select x.id from assay.workers x where x.lease_until < now() for update skip locked);

    -- Three workers died with it: it is not tried again.
    perform assay.fail_job(hopeless.id, 'internal_error')
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
           run_at     = case when j.failures > 0 then now() + make_interval(secs => 2 ^ j.failures) end
     where j.id = any (array(
               select r.id
                 from assay.jobs r
                where r.worker_id is not null
                  and not exists (select from assay.workers w where w.id = r.worker_id)
                  for update skip locked));
    get diagnostics rescued = row_count;

    update assay.jobs j
       set run_at = null
     where j.id = any (array(
               select r.id from assay.jobs r where r.run_at <= now() order by r.run_at limit 500 for update skip locked));

    if found or rescued > 0 then
        perform pg_notify('assay_work', '');
    end if;
    return rescued;
end
$$;

comment on function work.rescue_jobs() is
    'Gives up workers whose lease has passed, puts what they ran back into the line (after a growing wait from the second death on; after the third the job fails), and promotes jobs whose waiting is over. Answers how many were rescued. Any worker may call it at any time.';
