-- A teacher writes a question anew, of another kind perhaps.
create function api.replace_question(token_digest bytea, question_id uuid, question api.sent_question, if_match text[] default null)
    returns api.questions
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me      assay.teachers  := assay.teacher(token_digest);
    old_one assay.questions := assay.own_question(me.id, replace_question.question_id);
    new_one api.questions;
begin
    perform assay.set_actor('teacher', me.id);
    perform assay.require_quiz(old_one.assignment_id);
    perform assay.require_unlocked(old_one.assignment_id);
    -- Whoever saves an answer just now has saved it, and it goes, or waits and is judged by what the question is then.
    perform from assay.questions q where q.id = old_one.id for update;
    if not found then
        perform assay.refuse('not_found');
    end if;
    if if_match is not null then
        perform assay.require_match(if_match, (select q.question::text from api.questions q where q.id = old_one.id));
    end if;
    delete from assay.answers x where x.question_id = old_one.id;
    delete from assay.options o where o.question_id = old_one.id;
    update assay.questions q
       set kind = question.kind, title = assay.nfc(question.title), prompt = question.prompt, max_score = question.max_score,
           partial = coalesce(question.partial, true), guide = question.guide, solution = question.solution,
           explanation = question.explanation, bloom = question.bloom, approved_at = coalesce(q.approved_at, now())
     where q.id = old_one.id;
    perform assay.add_options(old_one.id, question.options);
    select q.* into new_one from api.questions q where q.id = old_one.id;
    return new_one;
end
$$;

comment on function api.replace_question(bytea, uuid, api.sent_question, text[]) is
    'Replaces a question of an own quiz, its kind too, approves it, and takes away what students saved for it; it keeps its id and its number. 404 not_found, 409 assignment_locked, or template_follows_rubric for a criterion; 412 precondition_failed when it is none of if_match (null: as it may be), 422 by the rule that it breaks.';
