-- assay doctor: the version of the server, whether it is a standby, and the encoding of the database.
select current_setting('server_version_num')::integer as version, pg_is_in_recovery() as standby,
       (select pg_encoding_to_char(d.encoding) from pg_database d where d.datname = current_database()) as encoding;
