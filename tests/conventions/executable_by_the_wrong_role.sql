-- Functions that everybody may execute, that the application may and should not (or the other way round), or that a reader may.
-- as in: grant execute on function operator.end_sessions(uuid) to public
select p.oid::regprocedure::text as offender
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where n.nspname in ('assay', 'reporting', 'worker', 'operator', 'api', 'migration')
   and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
   and (has_function_privilege('public', p.oid, 'execute')
        or has_function_privilege('assay_app', p.oid, 'execute') <> (n.nspname in ('api', 'worker', 'operator'))
        or has_function_privilege('assay_dba_read', p.oid, 'execute') <> (n.nspname = 'reporting'));
