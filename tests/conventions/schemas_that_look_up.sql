-- Functions and views that name a schema they may not: each stands on those before it (assay, reporting, then worker, operator and api; types of what clients send, api.sent_…, go everywhere).
-- as in: create function assay.bare() returns text language plpgsql as 'begin return (select name from reporting.students); end'
with may_not (schema, names) as (
    values ('assay', '\m(api(?!\.sent_)|worker|operator|reporting)\.'), ('reporting', '\m(api|worker|operator)\.'),
           ('worker', '\m(api(?!\.sent_)|operator)\.'), ('operator', '\m(api|worker)\.'), ('api', '\m(worker|operator)\.')
), bodies as (
    select n.nspname as schema, p.oid::regprocedure::text as name,
           regexp_replace(case when p.prokind in ('f', 'p') then pg_get_functiondef(p.oid) end, '--[^\n]*', '', 'g') as body
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where p.prokind in ('f', 'p')
    union all
    select n.nspname, c.oid::regclass::text, pg_get_viewdef(c.oid)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'v'
)
select b.name as offender, (regexp_match(b.body, m.names))[1] as names
  from bodies b join may_not m on m.schema = b.schema
 where b.body ~ m.names;
