-- The teacher whom an operator names, locked.
create or replace function assay.teacher_of_address(email text)
    returns assay.teachers
    language plpgsql volatile
    set search_path = ''
as $$
declare
    found_one assay.teachers;
begin
    select t.* into found_one
      from assay.email_addresses e
      join assay.teachers t on t.id = e.teacher_id
     where e.address = assay.fold_address(teacher_of_address.email)
       and t.deleted_at is null
       for update of t;
    if not found then
        perform assay.refuse('not_found');
    end if;
    return found_one;
end
$$;

comment on function assay.teacher_of_address(text) is
    'The teacher with this e-mail address, without regard to case, locked for update until the transaction ends; else 404 not_found.';
