-- The mail server has taken it.
create function worker.finish_mail(mail_id uuid)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
begin
    with sent as (
        update assay.outgoing_mail m
           set sent_at = now(), failed_at = null, sealed_link = null, last_error = null
         where m.id = finish_mail.mail_id
           and m.sent_at is null
        returning m.link_digest, m.kind
    )
    update assay.links l
       set expires_at = now() + k.link_lifetime
      from sent s
      join assay.mail_kinds k on k.kind = s.kind
     where l.digest = s.link_digest;
end
$$;

comment on function worker.finish_mail(uuid) is 'Marks mail as sent and erases its link; the lifetime of the link begins.';
