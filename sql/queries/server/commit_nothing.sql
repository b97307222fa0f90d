-- assay doctor: a commit that changes nothing and is in the log all the same, so that standbys are waited for.
select pg_logical_emit_message(true, 'assay doctor', '') is not null as committed;
