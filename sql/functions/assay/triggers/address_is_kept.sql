-- The list of addresses in use follows the people.
create or replace function assay.address_is_kept()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform assay.refuse(409, 'address_is_kept', 'The addresses in use follow students and teachers: change the e-mail address there.');
    return null;
end
$$;

comment on function assay.address_is_kept() is
    'Rows of email_addresses are written by the trigger keep_email_address alone, and go with their student or teacher (address_is_kept).';

create or replace trigger address_is_kept
    after insert or update or delete on assay.email_addresses
    for each row when (pg_trigger_depth() = 0)
    execute function assay.address_is_kept();

create or replace trigger addresses_stay
    before truncate on assay.email_addresses
    for each statement execute function assay.address_is_kept();
