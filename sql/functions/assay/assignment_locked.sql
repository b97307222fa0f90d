-- An assignment is frozen from its first submission on, a pending one included.
-- needs: refuse_if_locked
create or replace function assay.assignment_locked()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform assay.refuse_if_locked(old.id);
    new.updated_at := now();
    return new;
end
$$;

comment on function assay.assignment_locked() is
    'An assignment is frozen from its first submission on, a pending one included, whoever writes (assignment_locked).';

create or replace trigger assignment_locked
    before update on assay.assignments
    for each row when (
        (new.title, new.instructions, new.correction_template, new.max_score, new.deadline, new.class_id, new.teacher_id)
        is distinct from
        (old.title, old.instructions, old.correction_template, old.max_score, old.deadline, old.class_id, old.teacher_id))
    execute function assay.assignment_locked();
