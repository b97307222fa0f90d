-- It could not be sent.
create function worker.fail_mail(mail_id uuid, attempt integer, error text, permanent boolean)
    returns boolean
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    -- 10, 20, 40, … seconds, at most half an hour.
    pause interval := least(interval '10 seconds' * 2 ^ least(fail_mail.attempt - 1, 10), interval '30 minutes');
    ended boolean;
    of_link bytea;
begin
    update assay.outgoing_mail m
       set last_error      = left(fail_mail.error, 500),
           failed_at       = case when fail_mail.permanent or now() + pause > m.queued_at + interval '1 day' then now() end,
           next_attempt_at = now() + pause
     where m.id = fail_mail.mail_id
       and m.attempt = fail_mail.attempt
       and m.sent_at is null
       and m.failed_at is null
    returning m.failed_at is not null, m.link_digest into ended, of_link;
    if ended then
        update assay.links l
           set expires_at = greatest(l.expires_at, now() + interval '7 days')
         where l.digest = of_link;
    end if;
    return coalesce(ended, false);
end
$$;

comment on function worker.fail_mail(uuid, integer, text, boolean) is
    'Records why an attempt failed. True when that was the last one: the failure is permanent, or a day is over; the mail then keeps its link for a week, for operator.resend_mail. False: it is tried again.';
