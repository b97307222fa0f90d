-- Functions that look names up wherever their caller does (a body in SQL is looked up when it is made, and pinned it could not be inlined).
-- as in: create function assay.bare() returns int language sql as 'select 1'
select p.oid::regprocedure::text as offender
  from pg_proc p
 where p.pronamespace in ('assay'::regnamespace, 'reporting'::regnamespace, 'worker'::regnamespace, 'operator'::regnamespace, 'api'::regnamespace)
   and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
   and (p.prosqlbody is null or p.prosecdef)
   and not coalesce(p.proconfig, '{}') @> array['search_path=""'];
