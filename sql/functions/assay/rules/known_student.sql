-- A student that a teacher names.
create or replace function assay.known_student(student_id uuid)
    returns assay.students
    language plpgsql stable
    set search_path = ''
as $$
declare
    found_one assay.students;
begin
    select s.* into found_one
      from assay.students s
     where s.id = known_student.student_id;
    if not found then
        perform assay.refuse('not_found');
    end if;
    return found_one;
end
$$;

comment on function assay.known_student(uuid) is 'The student with this id; else 404 not_found.';
