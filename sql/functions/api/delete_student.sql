-- A student and all they wrote leave the database.
create function api.delete_student(token bytea, student_id uuid)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me assay.teachers := assay.teacher(token);
begin
    perform assay.act_as('teacher', me.id);
    delete from assay.students s where s.id = delete_student.student_id;
    if not found then
        perform assay.refuse(404, 'not_found', 'There is no such student.');
    end if;
end
$$;

comment on function api.delete_student(bytea, uuid) is
    'Deletes a student with their sessions, enrolments, jobs, submissions and ledger; else 404 not_found.';
