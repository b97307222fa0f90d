-- Mail that is to be sent now.
create function worker.claim_mail(most integer, lease_seconds double precision)
    returns table (id uuid, kind text, recipient text, link_digest bytea, sealed_link bytea, attempt integer)
    language plpgsql volatile security definer
    set search_path = ''
as $$
#variable_conflict use_column
begin
    update assay.outgoing_mail m
       set failed_at = now(), sealed_link = null, last_error = 'Its link was used meanwhile, or its account is gone.'
     where m.sent_at is null and m.failed_at is null and m.link_digest is null;

    return query
    update assay.outgoing_mail m
       set attempt = m.attempt + 1,
           next_attempt_at = clock_timestamp() + make_interval(secs => claim_mail.lease_seconds)
     where m.id in (
            select w.id
              from assay.outgoing_mail w
             where w.sent_at is null
               and w.failed_at is null
               and w.next_attempt_at <= clock_timestamp()
             order by w.next_attempt_at
             limit claim_mail.most
               for update skip locked)
    returning m.id, m.kind, m.recipient, m.link_digest, m.sealed_link, m.attempt;
end
$$;

comment on function worker.claim_mail(integer, double precision) is
    'At most so many mails that are due, oldest first, for this process alone; when it has said nothing of them after lease_seconds they are due again.';
