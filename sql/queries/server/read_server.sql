-- assay doctor: the version of the server, whether it is a standby, the encoding of the database, and what sessions do.
select current_setting('server_version_num')::integer as version, pg_is_in_recovery() as standby,
       current_setting('default_transaction_read_only')::boolean as only_reads,
       current_setting('session_replication_role') <> 'origin' as without_rules,
       (select pg_encoding_to_char(d.encoding) from pg_database d where d.datname = current_database()) as encoding;
