-- A student whose address is verified.
create or replace function assay.verified_student(student_id uuid)
    returns assay.students
    language plpgsql stable
    set search_path = ''
as $$
declare
    found_one assay.students;
begin
    select s.* into found_one
      from assay.students s
     where s.id = verified_student.student_id
       and s.email_verified_at is not null;
    if not found then
        perform assay.refuse('not_found');
    end if;
    return found_one;
end
$$;

comment on function assay.verified_student(uuid) is 'The student if their address is verified; else 404 not_found.';
