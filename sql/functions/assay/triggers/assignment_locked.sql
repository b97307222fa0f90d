-- An assignment is frozen from its first submission on, a pending one included.
create or replace function assay.assignment_locked()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    -- A row of deadline_extensions moves the deadline, once: the next one begins where this one ends.
    if not (exists (select
                      from assay.deadline_extensions e
                     where e.assignment_id = old.id
                       and e.extended_from = old.deadline
                       and e.extended_to = new.deadline)
            and (new.title, new.instructions, new.correction_template, new.max_score, new.class_id, new.teacher_id,
                 new.general_instructions, new.reveal, new.attempts, new.encourage, new.collect, new.language)
                is not distinct from
                (old.title, old.instructions, old.correction_template, old.max_score, old.class_id, old.teacher_id,
                 old.general_instructions, old.reveal, old.attempts, old.encourage, old.collect, old.language))
    then
        perform assay.require_unlocked(old.id);
    end if;
    new.updated_at := now();
    return new;
end
$$;

comment on function assay.assignment_locked() is
    'An assignment is frozen from its first submission on, a pending one included, whoever writes (assignment_locked); only a row of deadline_extensions may still give it a later deadline.';

create or replace trigger assignment_locked
    before update on assay.assignments
    for each row when (
        (new.title, new.instructions, new.correction_template, new.max_score, new.deadline, new.class_id, new.teacher_id,
         new.general_instructions, new.reveal, new.attempts, new.encourage, new.collect, new.language)
        is distinct from
        (old.title, old.instructions, old.correction_template, old.max_score, old.deadline, old.class_id, old.teacher_id,
         old.general_instructions, old.reveal, old.attempts, old.encourage, old.collect, old.language))
    execute function assay.assignment_locked();
