-- One question of a teacher's own assignment.
create function api.read_question(token_digest bytea, question_id uuid)
    returns api.questions
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me        assay.teachers  := assay.teacher(token_digest);
    one       assay.questions := assay.own_question(me.id, read_question.question_id);
    found_one api.questions;
begin
    select q.* into found_one from api.questions q where q.id = one.id;
    return found_one;
end
$$;

comment on function api.read_question(bytea, uuid) is 'A question of an own assignment with its key, a criterion too; else 404 not_found.';
