-- Five mails an hour to one address, whoever writes the row.
create or replace function assay.mail_ceiling()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if not assay.may_mail(new.address, besides => new.link_digest) then
        perform assay.refuse('mail_ceiling');
    end if;
    return new;
end
$$;

comment on function assay.mail_ceiling() is
    'At most five mails an hour to one address, and more only while it holds no link that works (mail_ceiling), whoever queues them.';

create or replace trigger mail_ceiling
    before insert on assay.outgoing_mail
    for each row execute function assay.mail_ceiling();
