-- Registrations that nobody can open any more go, and old mail.
create function worker.prune_mail(keep_days integer, most integer)
    returns integer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    unverified text[];
    written    text[];
begin
    with gone as (
        delete from assay.registrations r
         where r.id in (select x.id
                          from assay.registrations x
                         where not exists (select from assay.links l where l.registration_id = x.id and l.expires_at > now())
                         order by x.id
                         limit prune_mail.most
                           for update skip locked)
        returning r.address
    )
    select coalesce(array_agg(g.address), '{}') into unverified from gone g;

    with gone as (
        delete from assay.outgoing_mail m
         where m.id in (select x.id
                          from assay.outgoing_mail x
                         where num_nonnulls(x.sent_at, x.failed_at) > 0
                           and x.created_at < now() - make_interval(days => prune_mail.keep_days)
                         order by x.created_at
                         limit prune_mail.most
                           for update skip locked)
            or m.address = any (unverified)
               and m.created_at < now() - interval '1 hour'
               and not exists (select from assay.email_addresses e where e.address = m.address)
               and not exists (select from assay.registrations r where r.address = m.address)
        returning m.address
    )
    select coalesce(array_agg(distinct g.address), '{}') into written from gone g;

    begin
        delete from assay.mail_recipients r
         where r.address in (select x.address
                               from assay.mail_recipients x
                              where x.address = any (written)
                                and not exists (select from assay.outgoing_mail m where m.address = x.address)
                                for update skip locked);
    exception when foreign_key_violation then
        null;  -- mail to one of them was queued meanwhile: it stays, and the others go with what is written next
    end;

    return cardinality(unverified);
end
$$;

comment on function worker.prune_mail(integer, integer) is
    'Deletes registrations whose last link has expired, with the mail to addresses that nobody owns then; and mail asked for more than keep_days ago that is not waiting. At most so many of each. Answers how many registrations.';
