-- Mail has come: whoever sends it is told.
create or replace function assay.announce_mail()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform pg_notify('assay_mail', '');
    return null;
end
$$;

comment on function assay.announce_mail() is 'Wakes the processes that send mail: NOTIFY assay_mail, once a transaction.';

create or replace trigger announce_mail
    after insert on assay.outgoing_mail
    for each statement execute function assay.announce_mail();
