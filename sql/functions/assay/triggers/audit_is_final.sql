-- The audit is written, never changed.
create or replace function assay.audit_is_final()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform assay.refuse(409, 'audit_is_final', 'The audit is written by the database and never changed.');
    return null;
end
$$;

comment on function assay.audit_is_final() is
    'Rows of the audit are written by triggers alone, and never updated or deleted, whoever tries (audit_is_final).';

create or replace trigger audit_is_final
    before update or delete on assay.audit
    for each row execute function assay.audit_is_final();

create or replace trigger audit_is_written_by_triggers
    after insert on assay.audit
    for each row when (pg_trigger_depth() = 0)
    execute function assay.audit_is_final();

create or replace trigger audit_stays
    before truncate on assay.audit
    for each statement execute function assay.audit_is_final();
