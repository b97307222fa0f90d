-- Relations that the application's roles can read or write at all, or that a reader can beyond selecting from reporting.
-- as in: grant select on assay.teachers to assay_dba_read
select c.oid::regclass::text as offender, r.role
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 cross join (values ('assay_api'), ('assay_worker'), ('assay_operator'), ('assay_dba_read'), ('public')) as r (role)
 where n.nspname !~ '^(pg_|information_schema$)'
   and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
   and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
   and case when c.relkind = 'S' then has_sequence_privilege(r.role, c.oid, 'usage, select, update')
            else has_table_privilege(r.role, c.oid, 'insert, update, delete, truncate, references, trigger, maintain')
              or has_any_column_privilege(r.role, c.oid, 'insert, update, references')
              or has_any_column_privilege(r.role, c.oid, 'select') <> (r.role = 'assay_dba_read' and n.nspname = 'reporting') end;
