-- Mail that was written to somebody goes with them.
create or replace function assay.forget_address()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    delete from assay.outgoing_mail m where m.address = old.address;
    delete from assay.mail_recipients r where r.address = old.address;
    return null;
end
$$;

comment on function assay.forget_address() is
    'When a student or teacher is deleted, or has another address, what was mailed to the old one goes too.';

create or replace trigger forget_address
    after delete or update of address on assay.email_addresses
    for each row execute function assay.forget_address();
