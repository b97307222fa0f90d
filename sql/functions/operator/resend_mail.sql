-- Mail that has failed is tried again.
create function operator.resend_mail(mail_id uuid)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    mail assay.outgoing_mail;
begin
    perform assay.set_actor('operator');
    select m.* into mail from assay.outgoing_mail m where m.id = resend_mail.mail_id for update;
    if not found then
        perform assay.refuse('not_found');
    elsif mail.failed_at is null then
        perform assay.refuse('mail_not_failed');
    end if;
    update assay.links l
       set expires_at = greatest(l.expires_at, now() + k.link_lifetime + interval '1 day')
      from assay.mail_kinds k
     where l.digest = mail.link_digest
       and k.kind = mail.kind;
    if not found or mail.sealed_link is null then
        perform assay.refuse('mail_link_gone');
    end if;
    update assay.outgoing_mail m
       set failed_at = null, attempt = 0, queued_at = now(), next_attempt_at = now()
     where m.id = resend_mail.mail_id;
    perform pg_notify('assay_mail', '');
end
$$;

comment on function operator.resend_mail(uuid) is
    'Has failed mail tried again for a day; 404 not_found, 409 mail_not_failed or mail_link_gone.';
