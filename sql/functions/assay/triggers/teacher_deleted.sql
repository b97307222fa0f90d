-- What belongs to a teacher is made while there is one.
create or replace function assay.teacher_deleted()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    -- A key share lock, as the foreign key takes it: it waits for who deletes the account just now.
    perform from assay.teachers t where t.id = new.teacher_id and t.deleted_at is null for key share;
    if not found then
        perform assay.refuse('teacher_deleted');
    end if;
    return new;
end
$$;

comment on function assay.teacher_deleted() is 'No class, assignment or key is made for a teacher whose account was deleted, whoever tries (teacher_deleted).';

create or replace trigger teacher_deleted
    before insert on assay.classes
    for each row execute function assay.teacher_deleted();

create or replace trigger teacher_deleted
    before insert on assay.assignments
    for each row execute function assay.teacher_deleted();

create or replace trigger teacher_deleted
    before insert on assay.api_keys
    for each row execute function assay.teacher_deleted();
