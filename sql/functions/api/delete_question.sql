-- A teacher takes a question out of a quiz.
create function api.delete_question(token_digest bytea, question_id uuid, if_match text[] default null)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me  assay.teachers  := assay.teacher(token_digest);
    one assay.questions := assay.own_question(me.id, delete_question.question_id);
begin
    perform assay.set_actor('teacher', me.id);
    perform assay.require_quiz(one.assignment_id);
    perform assay.require_unlocked(one.assignment_id);
    if if_match is not null then
        perform assay.require_match(if_match, (select q.question::text from api.questions q where q.id = one.id));
    end if;
    -- Its number may have changed until the assignment was ours.
    delete from assay.questions q where q.id = one.id returning q.* into one;
    if not found then
        perform assay.refuse('not_found');
    end if;
    update assay.questions q set number = q.number - 1 where q.assignment_id = one.assignment_id and q.number > one.number;
end
$$;

comment on function api.delete_question(bytea, uuid, text[]) is
    'Takes a question out of an own quiz, with what students saved for it; those behind it move up. 404 not_found, 409 assignment_locked, nothing_to_publish for the last one of a published quiz, or template_follows_rubric for a criterion, 412 precondition_failed when it is none of if_match (null: as it may be).';
