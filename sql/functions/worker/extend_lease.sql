-- A worker is alive.
create function worker.extend_lease(worker integer, lease_seconds double precision)
    returns boolean
    language sql volatile security definer
    set search_path = ''
begin atomic
    with beat as (
        update assay.workers w
           set lease_until = now() + make_interval(secs => extend_lease.lease_seconds)
         where w.id = extend_lease.worker
           and w.lease_until > now()
        returning true
    )
    select exists (select from beat);
end;

comment on function worker.extend_lease(integer, double precision) is
    'A heartbeat. False: the lease had run out; the worker must drop what it runs and join anew.';
