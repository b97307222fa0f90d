-- Jobs whose waiting is over become ready.
create function worker.promote_jobs(since uuid default '00000000-0000-0000-0000-000000000000')
    returns uuid
    language plpgsql volatile security definer
    set search_path = ''
as $$
begin
    update assay.jobs j
       set run_at = null
     where j.id = any (array(
               select r.id from assay.jobs r where r.run_at <= now() order by r.run_at limit 500 for update skip locked));
    if found then
        perform pg_notify('assay_work', '');
    end if;

    -- Ids are in the order of time. Five seconds are for what was inserted, but is not committed yet.
    return least((select j.id from assay.jobs j where j.id >= promote_jobs.since order by j.id limit 1),
                 uuidv7(interval '-5 seconds'));
end
$$;

comment on function worker.promote_jobs(uuid) is
    'Makes jobs ready that had to wait and need not any more. Answers an id from which on every job is found, itself looking from `since` on, an earlier answer: worker.claim_jobs starts there, and does not walk again what finished before it while an old transaction keeps it from being cleaned away.';
