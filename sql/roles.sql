-- Who may do what, outside any schema. `assay migrate` runs this first, as the role of DATABASE_URL. Where that role
-- must not create others, a DBA runs it once in the database, for the role that assay logs in as:
--
--     psql -v login=assay_login -f sql/roles.sql
--
--   assay_owner      owns everything; migrations run as it
--   assay_api        what the API acts as: executes the functions of schema api
--   assay_worker     what a worker acts as: executes those of schema worker
--   assay_operator   what the command line acts as: executes those of schema operator
--   assay_dba_read   selects from reporting
--
-- The login role may become the first four and has none of their rights by itself. Only what is not yet so is done.
-- Roles belong to the cluster, so two databases may be migrated at once: a role that appears meanwhile is welcome.
\if :{?login}
select set_config('assay.login', :'login', false) as login;
\endif
do $$
declare
    login  text := coalesce(nullif(current_setting('assay.login', true), ''), current_user);
    wanted text;
begin
    foreach wanted in array array['assay_owner', 'assay_api', 'assay_worker', 'assay_operator', 'assay_dba_read'] loop
        if to_regrole(wanted) is null then
            begin
                execute format('create role %I nologin', wanted);
            exception when duplicate_object or unique_violation then
                null;
            end;
        end if;
    end loop;

    foreach wanted in array array['assay_owner', 'assay_api', 'assay_worker', 'assay_operator'] loop
        if not pg_has_role(login, wanted, 'set') then
            execute format('grant %I to %I with inherit false, set true', wanted, login);
        end if;
    end loop;

    if not has_database_privilege('assay_owner', current_database(), 'create') then
        execute format('grant create on database %I to assay_owner', current_database());
    end if;
    if has_database_privilege('public', current_database(), 'temporary') then
        execute format('revoke temporary on database %I from public', current_database());
    end if;

    if pg_has_role(current_user, 'assay_owner', 'set') then
        set local role assay_owner;
        if to_regclass('migration.lock') is null then
            create schema if not exists migration;
            comment on schema migration is 'What `assay migrate` has done here. For its own use; nothing else reads or writes it.';
            create table migration.lock ();
            comment on table migration.lock is 'Without rows or columns: whoever migrates locks it, one at a time. No role but the owner reaches it, so nobody else can hold it.';
        end if;
        reset role;
    end if;
end
$$;
