-- How far the primary is.
create function api.log_position()
    returns table (flushed bigint, told_at timestamptz, database text)
    language sql volatile security definer
    set search_path = ''
begin atomic
    select case when not pg_is_in_recovery() then pg_current_wal_flush_lsn() - '0/0'::pg_lsn end::bigint,
           clock_timestamp(),
           assay.this_database();
end;

comment on function api.log_position() is
    'For processes with a replica: where the primary''s log ends on its disk, in bytes, what time it is there, and which database it is. The position is null on a server that is no primary.';
