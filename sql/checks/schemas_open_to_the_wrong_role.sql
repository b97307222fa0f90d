-- Schemas that a role cannot enter although its work is there, that it can although it is not, or in which it can make something.
-- as in: grant usage on schema operator to assay_api
with own (role, schema) as (
    values ('assay_api', 'api'), ('assay_worker', 'worker'), ('assay_operator', 'operator'), ('assay_dba_read', 'reporting'), ('public', null)
)
select n.nspname as offender, o.role
  from pg_namespace n
 cross join own o
 where n.nspname in ('assay', 'reporting', 'worker', 'operator', 'api', 'migration')
   and (has_schema_privilege(o.role, n.oid, 'usage') <> (n.nspname is not distinct from o.schema)
        or has_schema_privilege(o.role, n.oid, 'create'));
