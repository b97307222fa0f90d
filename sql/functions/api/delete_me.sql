-- Somebody leaves.
create function api.delete_me(token_digest bytea, password_hash text)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    mine assay.sessions := assay.caller(token_digest);
begin
    perform assay.set_caller(mine);
    -- As in api.delete_student: submissions before their student. A teacher: nothing new is theirs from here on.
    perform from assay.submissions x where x.student_id = mine.student_id order by x.id for update;
    perform from assay.students s where s.id = mine.student_id and s.password_hash = delete_me.password_hash
      for update;
    if found then
        perform assay.erase_student(mine.student_id);
        return;
    end if;
    perform from assay.teachers t where t.id = mine.teacher_id and t.password_hash = delete_me.password_hash
      for update;
    if not found then
        perform assay.refuse('wrong_password');
    end if;
    perform assay.require_teacher_without_work(mine.teacher_id);
    perform assay.erase_teacher(mine.teacher_id);
end
$$;

comment on function api.delete_me(bytea, text) is
    'Deletes the account that calls, whose hash the API process has just compared: a student with all they wrote (assay.erase_student), a teacher as assay.erase_teacher does. 422 wrong_password when the hash has changed meanwhile, 409 teacher_has_work while there are submissions to a teacher''s assignments, 401 when nobody calls.';
