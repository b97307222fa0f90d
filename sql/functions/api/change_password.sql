-- Another password, for whoever knows the present one.
create function api.change_password(token_digest bytea, password_hash text, new_hash text)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    mine    assay.sessions := assay.caller(token_digest);
    changed integer;
begin
    perform assay.set_caller(mine);
    -- The account first, as in api.reset_password: a login that runs beside this is seen below, or waits and finds another hash.
    with students as (
        update assay.students s set password_hash = change_password.new_hash
         where s.id = mine.student_id and s.password_hash = change_password.password_hash
        returning s.id
    ), teachers as (
        update assay.teachers t set password_hash = change_password.new_hash
         where t.id = mine.teacher_id and t.password_hash = change_password.password_hash
        returning t.id
    )
    select (select count(*) from students) + (select count(*) from teachers) into changed;
    if changed = 0 then
        perform assay.refuse('wrong_password');
    end if;

    delete from assay.links l
     where (l.student_id = mine.student_id or l.teacher_id = mine.teacher_id) and l.purpose = 'set_password';
    delete from assay.sessions x
     where (x.student_id = mine.student_id or x.teacher_id = mine.teacher_id) and x.digest <> mine.digest;
end
$$;

comment on function api.change_password(bytea, text, text) is
    'Replaces the hash that the API process has just compared; every other session of the account ends, and links that set a password do. 422 wrong_password when the hash has changed meanwhile, 401 when nobody calls.';
