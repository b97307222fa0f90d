-- An assignment goes from every list; scores and coins stay.
create function api.delete_assignment(token_digest bytea, assignment_id uuid)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me  assay.teachers    := assay.teacher(token_digest);
    one assay.assignments := assay.own_assignment(me.id, delete_assignment.assignment_id);
begin
    perform assay.set_actor('teacher', me.id);
    update assay.assignments a set deleted_at = now() where a.id = one.id;
end
$$;

comment on function api.delete_assignment(bytea, uuid) is 'Takes an own assignment off every list; else 404 not_found.';
