-- What a class is told in general goes into each of its new assignments.
create or replace function assay.general_instructions_are_copied()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    new.general_instructions := (select c.instructions from assay.classes c where c.id = new.class_id);
    return new;
end
$$;

comment on function assay.general_instructions_are_copied() is
    'A new assignment of a class gets the class''s general instructions; a later change of the class is for later assignments.';

create or replace trigger general_instructions_are_copied
    before insert on assay.assignments
    for each row when (new.class_id is not null and new.general_instructions is null)
    execute function assay.general_instructions_are_copied();
