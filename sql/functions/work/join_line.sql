-- A worker process begins.
create function work.join_line(seat text, lease_seconds double precision)
    returns integer
    language sql volatile security definer
    set search_path = ''
begin atomic
    insert into assay.workers (seat, lease_until)
    values (join_line.seat, now() + make_interval(secs => join_line.lease_seconds))
    returning id;
end;

comment on function work.join_line(text, double precision) is
    'Registers a worker (seat: host and process, for people) with a lease of so many seconds. Answers its number.';
