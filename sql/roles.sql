-- Who may do what, outside any schema. `assay migrate` runs this first, as the role of DATABASE_URL, and so may a
-- DBA, once, for a role that must not create others. It only does what is not yet so.
--
--   assay_owner      owns everything; migrations run as it
--   assay_app        what the API and the worker act as (`set role assay_app`)
--   assay_dba_read   selects from reporting
--
-- Roles belong to the cluster, so two databases may be migrated at once: a role that appears meanwhile is welcome.
do $$
declare
    wanted text;
begin
    foreach wanted in array array['assay_owner', 'assay_app', 'assay_dba_read'] loop
        if to_regrole(wanted) is null then
            begin
                execute format('create role %I nologin', wanted);
            exception when duplicate_object or unique_violation then
                null;
            end;
        end if;
    end loop;

    foreach wanted in array array['assay_owner', 'assay_app'] loop
        if not pg_has_role(current_user, wanted, 'set') then
            execute format('grant %I to %I with inherit true, set true', wanted, current_user);
        end if;
    end loop;

    if not has_database_privilege('assay_owner', current_database(), 'create') then
        execute format('grant create on database %I to assay_owner', current_database());
    end if;
    if has_database_privilege('public', current_database(), 'temporary') then
        execute format('revoke temporary on database %I from public', current_database());
    end if;

    if to_regnamespace('migration') is null then
        set local role assay_owner;
        create schema migration;
        comment on schema migration is 'What `assay migrate` has done here. For its own use; nothing else reads or writes it.';
        reset role;
    end if;
end
$$;
