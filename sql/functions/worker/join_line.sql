-- A worker process begins, or comes back on a new connection.
create function worker.join_line(host text, lease_seconds double precision, known_as integer default null)
    returns integer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    chosen text;
    number integer := 0;
    joined integer;
begin
    perform set_config('synchronous_commit', 'on', true);    -- no crash may give a number twice
    loop
        number := number + 1;
        chosen := join_line.host || ':' || number;
        exit when pg_try_advisory_lock(assay.lock_number('seat ' || chosen));
    end loop;

    update assay.workers w
       set seat = chosen, lease_until = now() + make_interval(secs => join_line.lease_seconds)
     where w.id = join_line.known_as
       and w.lease_until > now()
    returning w.id into joined;

    if joined is null then
        insert into assay.workers (seat, lease_until)
        values (chosen, now() + make_interval(secs => join_line.lease_seconds))
        returning id into joined;
    end if;

    update assay.workers w set lease_until = '-infinity' where w.seat = chosen and w.id <> joined;
    return joined;
end
$$;

comment on function worker.join_line(text, double precision, integer) is
    'Registers a worker with a lease of so many seconds, on the first free seat of its host; this connection keeps the seat. Whoever sat there before is dead: their jobs go back with the next worker.rescue_jobs. Answers the worker''s number: known_as again, if its lease is still good.';
