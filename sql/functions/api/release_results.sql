-- A teacher shows all results of an assignment now.
create function api.release_results(token_digest bytea, assignment_id uuid)
    returns api.assignments
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me       assay.teachers    := assay.teacher(token_digest);
    one      assay.assignments := assay.own_assignment(me.id, release_results.assignment_id);
    released api.assignments;
begin
    perform assay.set_actor('teacher', me.id);
    perform assay.lock_held(one.id);
    update assay.assignments a set released_at = now() where a.id = one.id and a.released_at is null;
    select a.* into released from api.assignments a where a.id = one.id;
    return released;
end
$$;

comment on function api.release_results(bytea, uuid) is
    'Reveals the outcomes of an own assignment to its students, whatever reveal says, those still to come too; again changes nothing. What was held is released and paid (gate_opens). 404 not_found.';
