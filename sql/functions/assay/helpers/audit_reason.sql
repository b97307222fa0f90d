-- Why something is written in this transaction.
create or replace function assay.audit_reason()
    returns text
    language sql stable
    set search_path = ''
begin atomic
    select nullif(pg_catalog.current_setting('assay.audit_reason', true), '');
end;

comment on function assay.audit_reason() is 'What assay.set_audit_reason was told in this transaction; null when nothing.';
