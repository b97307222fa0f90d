-- An assignment goes from every list; scores and coins stay.
create function api.delete_assignment(token_digest bytea, assignment_id uuid, if_match text[] default null)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me  assay.teachers    := assay.teacher(token_digest);
    one assay.assignments := assay.own_assignment(me.id, delete_assignment.assignment_id);
begin
    perform assay.set_actor('teacher', me.id);
    if if_match is not null then
        perform from assay.assignments a where a.id = one.id for no key update;
        perform assay.require_match(if_match, (select to_json(a)::text from api.assignments a where a.id = one.id));
    end if;
    update assay.assignments a set deleted_at = now() where a.id = one.id;
end
$$;

comment on function api.delete_assignment(bytea, uuid, text[]) is
    'Takes an own assignment off every list. 404 not_found, 412 precondition_failed when it is none of if_match (null: as it may be).';
