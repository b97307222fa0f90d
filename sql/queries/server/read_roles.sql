-- assay doctor: what the login may do with each of assay's roles, and what powers these have.
select r.name, current_user as login, to_regrole(r.name) is not null as exists,
       to_regrole(r.name) is not null and pg_has_role(current_user, to_regrole(r.name)::oid, 'set') as settable,
       to_regrole(r.name) is not null and pg_has_role(current_user, to_regrole(r.name)::oid, 'usage')
       and not (select u.rolsuper from pg_roles u where u.rolname = current_user) as inherited,
       (select concat_ws(', ',
                         case when p.rolsuper then 'superuser' end,
                         case when p.rolbypassrls then 'bypassrls' end,
                         case when p.rolcreaterole then 'createrole' end,
                         case when p.rolcreatedb then 'createdb' end,
                         case when p.rolreplication then 'replication' end,
                         case when p.rolcanlogin then 'login' end)
          from pg_roles p where p.rolname = r.name) as powers
  from unnest(array['assay_owner', 'assay_api', 'assay_worker', 'assay_operator']) as r (name);
