-- assay doctor: whether a replica has replayed the log up to there.
--   :written text
select coalesce(pg_last_wal_replay_lsn() >= :written::text::pg_lsn, false) as replayed;
