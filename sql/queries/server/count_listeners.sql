-- assay doctor: the processes of the API that are connected, as far as this login sees.
select count(*) as processes
  from pg_stat_activity a
 where a.application_name = 'assay listener'
   and a.datname = current_database();
