-- A session for somebody whose password was right.
create function api.log_in(account_id uuid, password_hash text, new_hash text, token_digest bytea)
    returns table (role text, expires_at timestamptz, id uuid, name text, email text)
    language plpgsql volatile security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    student assay.students;
    teacher assay.teachers;
    ends_at timestamptz;
begin
    perform assay.set_actor('visitor');
    -- Locked: a new password that is set meanwhile waits, and then ends this session with the others.
    select s.* into student
      from assay.students s
     where s.id = log_in.account_id and s.password_hash = log_in.password_hash
       for no key update;
    select t.* into teacher
      from assay.teachers t
     where t.id = log_in.account_id and t.password_hash = log_in.password_hash
       for no key update;

    if num_nonnulls(student.id, teacher.id) = 0 then
        if exists (select from assay.registrations r where r.id = log_in.account_id and r.password_hash = log_in.password_hash) then
            perform assay.refuse('email_not_verified');
        end if;
        perform assay.refuse('invalid_credentials');
    end if;

    insert into assay.sessions (digest, student_id, teacher_id)
    values (log_in.token_digest, student.id, teacher.id)
    returning sessions.expires_at into ends_at;

    if log_in.new_hash is not null then
        update assay.students s set password_hash = log_in.new_hash where s.id = student.id;
        update assay.teachers t set password_hash = log_in.new_hash where t.id = teacher.id;
    end if;

    return query select case when student.id is not null then 'student' else 'teacher' end, ends_at,
                        coalesce(student.id, teacher.id), coalesce(student.name, teacher.name)::text,
                        coalesce(student.email, teacher.email)::text;
end
$$;

comment on function api.log_in(uuid, text, text, bytea) is
    'Opens a session (its token''s SHA-256) for the account whose hash the API process has just compared; new_hash replaces one made with older parameters. 401 invalid_credentials when the hash has changed meanwhile, 403 email_not_verified for a registration.';
