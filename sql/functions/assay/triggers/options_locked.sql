-- Options are frozen with their question's assignment.
create or replace function assay.options_locked()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    -- assay.correct_key says in the question that it corrects the key in this very transaction, and marks all answers anew.
    perform assay.require_unlocked(q.assignment_id)
       from assay.questions q
      where q.id in (case when tg_op <> 'INSERT' then old.question_id end, case when tg_op <> 'DELETE' then new.question_id end)
        and q.key_corrected_at is distinct from now();
    return case tg_op when 'DELETE' then old else new end;
end
$$;

comment on function assay.options_locked() is
    'An option is neither added, changed nor removed once its assignment has a submission, a pending one included (assignment_locked); only assay.correct_key may.';

create or replace trigger options_locked
    before insert or update or delete on assay.options
    for each row execute function assay.options_locked();
