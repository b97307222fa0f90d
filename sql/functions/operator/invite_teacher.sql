-- An invitation is sent again.
create function operator.invite_teacher(email text, link_digest bytea, sealed_link bytea)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    one assay.teachers;
begin
    perform assay.set_actor('operator');
    one := assay.teacher_of_address(invite_teacher.email);
    if one.password_hash is not null then
        perform assay.refuse('invitation_accepted');
    elsif one.disabled_at is not null then
        perform assay.refuse('account_disabled');
    elsif not assay.may_mail(assay.fold_address(one.email)) then
        perform assay.refuse('mail_ceiling');
    end if;
    perform assay.mail_link('invitation', one.email, null, one.id, null, invite_teacher.link_digest, invite_teacher.sealed_link);
end
$$;

comment on function operator.invite_teacher(text, bytea, bytea) is
    'Queues mail with another link that sets the first password of a teacher within 7 days; earlier ones still work. 404 not_found, 409 invitation_accepted (they have a password), account_disabled or mail_ceiling.';
