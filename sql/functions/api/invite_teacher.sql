-- A colleague is invited by mail.
create function api.invite_teacher(token bytea, name text, email text, mail_token bytea)
    returns api.teachers
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me   assay.teachers := assay.teacher(token);
    made api.teachers;
begin
    perform assay.act_as('teacher', me.id);
    insert into assay.teachers as t (name, email)
    values (invite_teacher.name, invite_teacher.email)
    returning t.id, t.name, t.email, t.created_at into made;
    insert into assay.links (digest, purpose, teacher_id, expires_at)
    values (invite_teacher.mail_token, 'set_password', made.id, now() + interval '7 days');
    return made;
end
$$;

comment on function api.invite_teacher(bytea, text, text, bytea) is
    'Creates a teacher without a password, and a link that sets the first one within 7 days; raises email_taken.';
