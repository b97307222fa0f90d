-- Functions that everybody may execute, that a role cannot although its work needs them, or that it can although they are not its work.
-- as in: grant execute on function operator.end_sessions(uuid) to assay_api
with own (role, schema) as (
    values ('assay_api', 'api'), ('assay_worker', 'worker'), ('assay_operator', 'operator'), ('assay_dba_read', 'reporting'), ('public', null)
)
select p.oid::regprocedure::text as offender, o.role
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
 cross join own o
 where n.nspname in ('assay', 'reporting', 'worker', 'operator', 'api', 'migration')
   and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
   and has_function_privilege(o.role, p.oid, 'execute') <> (n.nspname is not distinct from o.schema);
