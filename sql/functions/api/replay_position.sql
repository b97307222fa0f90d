-- How far a replica is.
create function api.replay_position()
    returns bigint
    language sql volatile security definer
    set search_path = ''
begin atomic
    select coalesce(pg_last_wal_replay_lsn() - '0/0'::pg_lsn, 9223372036854775807)::bigint;
end;

comment on function api.replay_position() is
    'What a replica has replayed of the primary''s log, in bytes; the largest number where there is nothing to replay.';
