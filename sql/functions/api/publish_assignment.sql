-- A teacher lets students see an assignment.
create function api.publish_assignment(token_digest bytea, assignment_id uuid)
    returns api.assignments
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me        assay.teachers    := assay.teacher(token_digest);
    one       assay.assignments := assay.own_assignment(me.id, publish_assignment.assignment_id);
    published api.assignments;
begin
    perform assay.set_actor('teacher', me.id);
    if one.published_at is null and (one.takes = 'text' or assay.is_marked_by_ai(one.id)) then
        perform assay.require_key(me.id);
    end if;
    update assay.assignments a
       set published_at = now()
     where a.id = one.id
       and a.published_at is null;
    select a.* into published from api.assignments a where a.id = one.id;
    return published;
end
$$;

comment on function api.publish_assignment(bytea, uuid) is
    'Publishes an own assignment, once and for all; 404 not_found, 409 nothing_to_publish without an approved question, 422 api_key_missing when an AI will be needed.';
