-- The questions of a teacher's own assignment.
create function api.list_questions(token_digest bytea, assignment_id uuid)
    returns setof api.questions
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me  assay.teachers    := assay.teacher(token_digest);
    one assay.assignments := assay.own_assignment(me.id, list_questions.assignment_id);
begin
    return query select q.* from api.questions q where q.assignment_id = one.id order by q.number;
end
$$;

comment on function api.list_questions(bytea, uuid) is 'The questions of an own assignment with their keys, criteria too, in order; 404 not_found.';
