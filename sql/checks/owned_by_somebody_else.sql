-- Objects that assay_owner does not own.
-- as in: alter table assay.teachers owner to current_user
select 'relation' as kind, c.oid::regclass::text as offender
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where n.nspname in ('assay', 'reporting', 'worker', 'operator', 'api', 'migration') and c.relowner <> 'assay_owner'::regrole
union all
select 'function', p.oid::regprocedure::text
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where n.nspname in ('assay', 'reporting', 'worker', 'operator', 'api', 'migration') and p.proowner <> 'assay_owner'::regrole
   and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e');
