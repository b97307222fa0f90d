-- A student and all they wrote leave the database.
create function api.delete_student(token_digest bytea, student_id uuid)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me assay.teachers := assay.teacher(token_digest);
begin
    perform assay.set_actor('teacher', me.id);
    -- Whoever enrols the student or accepts a text of theirs comes before this or after.
    perform from assay.submissions x where x.student_id = delete_student.student_id order by x.id for update;
    perform from assay.students s where s.id = delete_student.student_id for update;
    if not found then
        perform assay.refuse('not_found');
    end if;
    perform assay.require_student_of_nobody_else(me.id, delete_student.student_id);
    perform assay.erase_student(delete_student.student_id);
end
$$;

comment on function api.delete_student(bytea, uuid) is
    'Deletes a student with their sessions, enrolments, jobs, submissions and ledger. 404 not_found; 409 student_of_others when another teacher has them in a class or has work of theirs.';
