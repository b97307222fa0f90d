-- A later deadline, also for an assignment that is locked.
create function operator.extend_deadline(assignment_id uuid, deadline timestamptz, reason text)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    closes_at timestamptz;
begin
    perform assay.set_actor('operator');
    select a.deadline into closes_at from assay.assignments a where a.id = extend_deadline.assignment_id for no key update;
    if not found then
        perform assay.refuse('not_found');
    elsif extend_deadline.deadline <= closes_at then
        perform assay.refuse('deadline_only_later', jsonb_build_object('deadline', closes_at));
    end if;

    perform assay.set_audit_reason(extend_deadline.reason);
    insert into assay.deadline_extensions (assignment_id, extended_from, extended_to, reason)
    values (extend_deadline.assignment_id, closes_at, extend_deadline.deadline, extend_deadline.reason);
    update assay.assignments a set deadline = extend_deadline.deadline where a.id = extend_deadline.assignment_id;
end
$$;

comment on function operator.extend_deadline(uuid, timestamptz, text) is
    'Gives an assignment a later deadline although it is locked, and says why in the audit. 404 not_found, 409 deadline_only_later.';
