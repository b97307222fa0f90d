-- A colleague is invited by mail.
create function api.invite_teacher(token_digest bytea, name text, email text, link_digest bytea, sealed_link bytea)
    returns api.teachers
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me   assay.teachers := assay.teacher(token_digest);
    made api.teachers;
begin
    perform assay.set_actor('teacher', me.id);
    perform assay.lock_address(assay.fold_address(invite_teacher.email));
    insert into assay.teachers as t (name, email)
    values (assay.nfc(invite_teacher.name), invite_teacher.email)
    returning t.id, t.name, t.email, t.created_at into made;
    perform assay.mail_link('invitation', made.email, null, made.id, null,
                            invite_teacher.link_digest, invite_teacher.sealed_link);
    return made;
end
$$;

comment on function api.invite_teacher(bytea, text, text, bytea, bytea) is
    'Creates a teacher without a password, in the place of registrations that wait for the address, and queues mail with a link that sets the first one within 7 days; raises email_taken.';
