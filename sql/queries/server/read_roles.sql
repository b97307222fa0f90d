-- assay doctor: which of assay's roles the login can act as, and what powers these have by themselves or by other roles.
-- session_user: behind a pooler the current role is another than the login.
select r.name, session_user as login, to_regrole(r.name) is not null as exists,
       to_regrole(r.name) is not null and pg_has_role(session_user, to_regrole(r.name)::oid, 'set') as settable,
       (select concat_ws(', ',
                         case when p.rolsuper then 'superuser' end,
                         case when p.rolbypassrls then 'bypassrls' end,
                         case when p.rolcreaterole then 'createrole' end,
                         case when p.rolcreatedb then 'createdb' end,
                         case when p.rolreplication then 'replication' end,
                         case when p.rolcanlogin then 'login' end)
          from pg_roles p where p.rolname = r.name) as powers,
       (select string_agg(g.rolname, ', ' order by g.rolname)
          from pg_auth_members m join pg_roles g on g.oid = m.roleid join pg_roles p on p.oid = m.member
         where p.rolname = r.name) as member_of,
       r.name = 'assay_dba_read' as for_people
  from unnest(array['assay_owner', 'assay_api', 'assay_worker', 'assay_operator', 'assay_dba_read']) as r (name);
