-- Marks the answers of an assignment anew, and why.
create function operator.remark(assignment_id uuid, reason text)
    returns table (remarked bigint, raised bigint, lowered bigint)
    language plpgsql volatile security definer
    set search_path = ''
as $$
begin
    perform assay.set_audit_reason(remark.reason);
    return query
    select r.*
      from assay.remark(array(select q.id from assay.questions q where q.assignment_id = remark.assignment_id)) r;
end
$$;

comment on function operator.remark(uuid, text) is
    'Marks every answer of an assignment anew that the database marked, as after an update that mends how a kind is marked. Answers how many were marked, raised and lowered.';
