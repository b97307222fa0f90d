-- What a student answered so far: the attempt that is open, or a new one after one that was checked.
create or replace function assay.save_answer(student_id uuid, question_id uuid, picked smallint[], indents smallint[], texts text[])
    returns assay.answers
    language plpgsql volatile
    set search_path = ''
as $$
#variable_conflict use_column
declare
    saved assay.answers;
begin
    update assay.answers x
       set picked = save_answer.picked, indents = save_answer.indents, texts = save_answer.texts, saved_at = clock_timestamp()
     where x.student_id = save_answer.student_id
       and x.question_id = save_answer.question_id
       and x.checked_at is null
       and x.submission_id is null
    returning x.* into saved;
    if not found then
        insert into assay.answers as x (student_id, question_id, attempt, picked, indents, texts)
        values (save_answer.student_id, save_answer.question_id,
                (select coalesce(max(o.attempt), 0) + 1 from assay.answers o
                  where o.student_id = save_answer.student_id and o.question_id = save_answer.question_id),
                save_answer.picked, save_answer.indents, save_answer.texts)
        returning x.* into saved;
    end if;
    return saved;
end
$$;

comment on function assay.save_answer(uuid, uuid, smallint[], smallint[], text[]) is
    'Saves an answer (nulls: a blank one) under assay.lock_answers. 409 no_attempts_left, already_submitted, submission_pending or deadline_passed, 422 answer_fits_question.';
