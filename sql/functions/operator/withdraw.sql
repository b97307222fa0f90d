-- An assignment is not published any more.
create function operator.withdraw(assignment_id uuid, reason text)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
begin
    perform assay.set_actor('operator');
    perform assay.set_audit_reason(withdraw.reason);
    update assay.assignments a set published_at = null where a.id = withdraw.assignment_id;
    if not found then
        perform assay.refuse('not_found');
    end if;
end
$$;

comment on function operator.withdraw(uuid, text) is
    'Hides an assignment from its students until its teacher publishes it again; the audit says why. 404 not_found, 409 published_is_final once a student has saved an answer or handed in.';
