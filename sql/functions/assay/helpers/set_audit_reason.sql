-- Why, for the audit, until the end of this transaction.
create or replace function assay.set_audit_reason(reason text)
    returns void
    language plpgsql volatile
    set search_path = ''
as $$
begin
    if not assay.can_be_seen(set_audit_reason.reason) then
        perform assay.refuse('reason_missing');
    end if;
    perform set_config('assay.audit_reason', set_audit_reason.reason, true);
end
$$;

comment on function assay.set_audit_reason(text) is
    'By hand: says why something is changed; every row that the audit gains until the end of the transaction carries it. A ticket number, not a person''s name. 422 reason_missing.';
