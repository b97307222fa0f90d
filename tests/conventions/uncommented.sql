-- Tables, columns, views, functions, schemas, and rules with a name of their own that have no comment (yoyo's tables are yoyo's).
-- as in: create table assay.bare (x int constraint bare_rule check (x > 0)); create function assay.bare() returns int language sql return 1
with schemas as (
    select n.oid, n.nspname from pg_namespace n where n.nspname in ('assay', 'reporting', 'worker', 'operator', 'api', 'migration')
), own as (
    -- What an extension brings is the extension's.
    select p.oid from pg_proc p join schemas r on r.oid = p.pronamespace
     where not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
)
select 'schema' as kind, r.nspname::text as offender from schemas r where obj_description(r.oid, 'pg_namespace') is null
union all
select 'relation', c.oid::regclass::text
  from pg_class c join schemas r on r.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'v', 'm') and c.relname !~ 'yoyo' and obj_description(c.oid, 'pg_class') is null
union all
select 'column', format('%s.%I', c.oid::regclass, a.attname)
  from pg_class c join schemas r on r.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
 where c.relkind in ('r', 'p', 'v', 'm') and c.relname !~ 'yoyo' and a.attnum > 0 and not a.attisdropped and col_description(c.oid, a.attnum) is null
union all
select 'function', o.oid::regprocedure::text from own o where obj_description(o.oid, 'pg_proc') is null
union all
select 'constraint', format('%I on %s', k.conname, k.conrelid::regclass)
  from pg_constraint k join schemas r on r.oid = k.connamespace
 where k.contype in ('c', 'u', 'p', 'f', 'x')
   and k.conname !~ '_(pkey|fkey|key)$'
   and k.conrelid::regclass::text !~ 'yoyo'
   and obj_description(k.oid, 'pg_constraint') is null
 order by 1, 2;
