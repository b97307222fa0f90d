-- assay doctor: which server this is (a replica has the identifier of its primary), and whether it is a standby.
select pg_is_in_recovery() as standby, (select c.system_identifier from pg_control_system() c) as system;
