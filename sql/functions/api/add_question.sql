-- A teacher adds a question to an assignment of their own.
create function api.add_question(token_digest bytea, assignment_id uuid, question api.sent_question)
    returns api.questions
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me   assay.teachers    := assay.teacher(token_digest);
    one  assay.assignments := assay.own_assignment(me.id, add_question.assignment_id);
    made api.questions;
begin
    perform assay.set_actor('teacher', me.id);
    perform assay.require_unlocked(one.id);
    perform assay.add_questions(one.id, array[question]);
    select q.* into made from api.questions q where q.assignment_id = one.id order by q.number desc limit 1;
    return made;
end
$$;

comment on function api.add_question(bytea, uuid, api.sent_question) is
    'Adds an approved question, the last one, to an own assignment that takes answers; 404 not_found, 409 assignment_locked, 422 by the rule that it breaks.';
