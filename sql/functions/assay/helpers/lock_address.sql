-- One transaction at a time decides about an address that nobody owns yet, or writes to it.
create or replace function assay.lock_address(address text)
    returns void
    language sql volatile
    set search_path = ''
begin atomic
    insert into assay.mail_recipients as r (address)
    values (lock_address.address)
    on conflict (address) do update set address = excluded.address;
end;

comment on function assay.lock_address(text) is
    'Locks the row of a case-folded address in mail_recipients, made when missing, until the end of the transaction.';
