-- What was checked or handed in stays as it was; only its marking changes.
create or replace function assay.answer_is_final()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    -- Answers go with their student, their submission and their question, and only so.
    if tg_op = 'DELETE' and not (exists (select from assay.students p where p.id = old.student_id)
                                 and exists (select from assay.submissions s where s.id = old.submission_id)
                                 and exists (select from assay.questions q where q.id = old.question_id))
    then
        return old;
    end if;
    perform assay.refuse('answer_is_final');
    return null;
end
$$;

comment on function assay.answer_is_final() is
    'What was checked or handed in never changes but for its marking, and what was handed in is not removed from its submission, whoever tries (answer_is_final).';

create or replace trigger answer_is_final
    before update on assay.answers
    for each row when (
        num_nonnulls(old.checked_at, old.submission_id) > 0
        and (new.id, new.student_id, new.question_id, new.attempt, new.picked, new.indents, new.texts, new.saved_at, new.checked_at)
            is distinct from
            (old.id, old.student_id, old.question_id, old.attempt, old.picked, old.indents, old.texts, old.saved_at, old.checked_at))
    execute function assay.answer_is_final();

create or replace trigger answer_is_final_on_delete
    before delete on assay.answers
    for each row when (old.submission_id is not null)
    execute function assay.answer_is_final();

create or replace trigger answers_no_truncate
    before truncate on assay.answers
    for each statement execute function assay.answer_is_final();
