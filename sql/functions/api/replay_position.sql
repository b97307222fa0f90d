-- How far a replica is.
create function api.replay_position()
    returns table (replayed bigint, committed_at timestamptz, database text)
    language sql volatile security definer
    set search_path = ''
begin atomic
    select case when pg_is_in_recovery() then coalesce(pg_last_wal_replay_lsn() - '0/0'::pg_lsn, 0) end::bigint,
           pg_last_xact_replay_timestamp(),
           assay.this_database();
end;

comment on function api.replay_position() is
    'What a replica has replayed of the primary''s log, in bytes, when the last transaction of that was committed there, and of which database it is a replica. The position is null on a server that replays nothing, as one that was promoted: it may have been left behind.';
