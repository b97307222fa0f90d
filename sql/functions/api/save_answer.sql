-- A student saves an answer, as often as they like before they hand in.
create function api.save_answer(token_digest bytea, assignment_id uuid, number integer, picked smallint[], indents smallint[], texts text[])
    returns table (kind text, attempt smallint, saved_at timestamptz)
    language plpgsql volatile security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me    assay.students  := assay.student(token_digest);
    asked assay.questions := assay.visible_question(me.id, save_answer.assignment_id, save_answer.number);
    saved assay.answers;
begin
    perform assay.set_actor('student', me.id);
    perform assay.lock_answers(me.id);
    saved := assay.save_answer(me.id, asked.id, save_answer.picked, save_answer.indents, save_answer.texts);
    return query select asked.kind, saved.attempt, saved.saved_at;
end
$$;

comment on function api.save_answer(bytea, uuid, integer, smallint[], smallint[], text[]) is
    'Saves the calling student''s answer to the question with that number (nulls: a blank one); safe at once. 404 not_found, 409 no_attempts_left, already_submitted, submission_pending or deadline_passed, 422 answer_fits_question.';
