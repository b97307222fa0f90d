-- assay doctor: each login but superusers that may become roles of assay, and what it has beyond that.
-- inherited: whose rights it has at all times; powers: of one that serves and does not migrate.
select m.rolname as login,
       array_agg(r.rolname order by r.rolname) as settable,
       array_agg(r.rolname order by r.rolname) filter (where pg_has_role(m.oid, r.oid, 'usage')) as inherited,
       case when bool_and(r.rolname <> 'assay_owner') then
            nullif(concat_ws(', ',
                             case when m.rolcreaterole then 'createrole' end,
                             case when m.rolcreatedb then 'createdb' end,
                             case when m.rolreplication then 'replication' end,
                             case when m.rolbypassrls then 'bypassrls' end), '') end as powers
  from pg_roles m
  join pg_roles r on r.rolname in ('assay_owner', 'assay_api', 'assay_worker', 'assay_operator')
                 and pg_has_role(m.oid, r.oid, 'member')
 where m.rolcanlogin
   and not m.rolsuper
   and m.rolname not in ('assay_owner', 'assay_api', 'assay_worker', 'assay_operator')
 group by m.oid, m.rolname, m.rolcreaterole, m.rolcreatedb, m.rolreplication, m.rolbypassrls
 order by m.rolname;
