-- A new password; every session of the account ends.
create function api.reset_password(link_digest bytea, password_hash text)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    link    assay.links;
    student uuid;
begin
    perform assay.set_actor('visitor');
    link := assay.take_link(reset_password.link_digest, 'set_password');
    student := coalesce(link.student_id, assay.open_registration(link, reset_password.password_hash));
    if num_nonnulls(student, link.teacher_id) = 0 then
        perform assay.refuse('invalid_reset_token');
    end if;

    -- The account first: a login that runs beside this holds its row, so that its session is seen below, or waits for it.
    update assay.students s set password_hash = reset_password.password_hash where s.id = student;
    update assay.teachers t set password_hash = reset_password.password_hash where t.id = link.teacher_id;

    delete from assay.links l
     where (l.student_id = student or l.teacher_id = link.teacher_id) and l.purpose = 'set_password';
    delete from assay.sessions x
     where x.student_id = student or x.teacher_id = link.teacher_id;
end
$$;

comment on function api.reset_password(bytea, text) is
    'Sets the password of the link''s account (a registration becomes one: the link has proved its address), ends its other links and every session; 400 invalid_reset_token. Also how an invited teacher sets the first one.';
