-- A link that sets a new password, for whoever has the mailbox.
create function api.forgot_password(email text, link_digest bytea, sealed_link bytea)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    folded  text := assay.fold_address(forgot_password.email);
    owner   assay.email_addresses;
    waiting assay.registrations;
begin
    perform assay.set_actor('visitor');
    select e.* into owner from assay.email_addresses e where e.address = folded;
    if found then
        perform assay.mail_link('reset_password', assay.email_of(owner), owner.student_id, owner.teacher_id, null,
                                forgot_password.link_digest, forgot_password.sealed_link);
        return;
    end if;
    waiting := assay.first_registration(folded);
    if waiting.id is not null then
        perform assay.mail_link('reset_password', waiting.email, null, null, waiting.id,
                                forgot_password.link_digest, forgot_password.sealed_link);
    end if;
end
$$;

comment on function api.forgot_password(text, bytea, bytea) is
    'Queues mail with a link that sets a new password, when the address has an account or a registration that waits, else nothing; the client is told the same. The link works for an hour.';
