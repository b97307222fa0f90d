-- One registered student.
create function api.read_student(token_digest bytea, student_id uuid)
    returns api.students
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    found_one api.students;
begin
    perform assay.teacher(token_digest);
    select s.* into found_one from api.students s where s.id = read_student.student_id;
    if not found then
        perform assay.refuse('not_found');
    end if;
    return found_one;
end
$$;

comment on function api.read_student(bytea, uuid) is 'A verified student, for a teacher; else 404 not_found.';
