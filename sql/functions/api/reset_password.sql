-- A new password; every session of the account ends.
create function api.reset_password(mail_token bytea, password_hash text)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    used assay.links;
begin
    perform assay.act_as('visitor');
    delete from assay.links l
     where l.digest = reset_password.mail_token
       and l.purpose = 'set_password'
       and l.expires_at > now()
    returning l.* into used;
    if not found then
        perform assay.refuse('invalid_reset_token');
    end if;

    update assay.students s
       set password_hash = reset_password.password_hash,
           email_verified_at = coalesce(s.email_verified_at, now())
     where s.id = used.student_id;
    update assay.teachers t
       set password_hash = reset_password.password_hash
     where t.id = used.teacher_id;

    delete from assay.links l
     where (l.student_id = used.student_id or l.teacher_id = used.teacher_id) and l.purpose = 'set_password';
    delete from assay.sessions x
     where x.student_id = used.student_id or x.teacher_id = used.teacher_id;
end
$$;

comment on function api.reset_password(bytea, text) is
    'Sets the password of the link''s account (which also proves its address), ends its other links and every session; 400 invalid_reset_token. Also how an invited teacher sets the first one.';
