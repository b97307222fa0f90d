-- The audit is written, never changed.
create or replace function assay.audit_immutable()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform assay.refuse('audit_immutable');
    return null;
end
$$;

comment on function assay.audit_immutable() is
    'Rows of the audit are written by triggers alone, and never updated or deleted, whoever tries (audit_immutable).';

create or replace trigger audit_immutable
    before update or delete on assay.audit
    for each row execute function assay.audit_immutable();

create or replace trigger audit_follows_changes
    after insert on assay.audit
    for each row when (pg_trigger_depth() = 0)
    execute function assay.audit_immutable();

create or replace trigger audit_no_truncate
    before truncate on assay.audit
    for each statement execute function assay.audit_immutable();
