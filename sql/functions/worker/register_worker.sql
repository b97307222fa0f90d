-- A worker process begins, or comes back on a new connection.
create function worker.register_worker(host text, lease_seconds double precision, earlier_id integer default null)
    returns integer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    chosen     text;
    number     integer := 0;
    registered integer;
begin
    perform set_config('synchronous_commit', 'on', true);    -- no crash may give a number twice
    perform from assay.claim_lock for no key update;         -- two that begin at once must not choose the same slot

    -- A slot is free when the connection that registered for it is gone: its worker is dead, or registers anew.
    loop
        number := number + 1;
        chosen := register_worker.host || ':' || number;
        exit when not exists (
            select
              from assay.workers w
              join pg_stat_get_activity(null) as a on a.pid = w.backend_pid
             where w.slot = chosen
               and w.backend_pid <> pg_backend_pid());
    end loop;

    update assay.workers w
       set slot = chosen, backend_pid = pg_backend_pid(),
           lease_until = now() + make_interval(secs => register_worker.lease_seconds)
     where w.id = register_worker.earlier_id
       and w.lease_until > now()
    returning w.id into registered;

    if registered is null then
        insert into assay.workers (slot, backend_pid, lease_until)
        values (chosen, pg_backend_pid(), now() + make_interval(secs => register_worker.lease_seconds))
        returning id into registered;
    end if;

    update assay.workers w set lease_until = '-infinity' where w.slot = chosen and w.id <> registered;
    return registered;
end
$$;

comment on function worker.register_worker(text, double precision, integer) is
    'Registers a worker with a lease of so many seconds, on the first free slot of its host; this connection keeps the slot. Whoever had it before is dead: their jobs go back with the next worker.rescue_jobs. Answers the worker''s number: earlier_id again, if its lease is still good.';
