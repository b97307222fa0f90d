-- Questions are frozen with their assignment.
create or replace function assay.questions_locked()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if tg_op <> 'INSERT' then
        perform assay.require_unlocked(old.assignment_id);
    end if;
    if tg_op <> 'DELETE' then
        perform assay.require_unlocked(new.assignment_id);
        return new;
    end if;
    return old;
end
$$;

comment on function assay.questions_locked() is
    'A question is neither added, changed nor removed once its assignment has a submission, a pending one included (assignment_locked). Only that it is void or that its key was corrected may still be said.';

create or replace trigger questions_locked
    before insert or delete or update of id, assignment_id, number, kind, title, prompt, max_score, partial, guide, solution, explanation, approved_at
    on assay.questions
    for each row execute function assay.questions_locked();
