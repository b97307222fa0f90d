-- assay doctor: how far the primary's log has been written.
select pg_current_wal_lsn()::text as written;
