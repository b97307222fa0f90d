-- The list of addresses in use follows the people.
create or replace function assay.email_addresses_read_only()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform assay.refuse('email_addresses_read_only');
    return null;
end
$$;

comment on function assay.email_addresses_read_only() is
    'Rows of email_addresses are written by the trigger keep_email_address alone, and go with their student or teacher (email_addresses_read_only).';

create or replace trigger email_addresses_read_only
    after insert or update or delete on assay.email_addresses
    for each row when (pg_trigger_depth() = 0)
    execute function assay.email_addresses_read_only();

create or replace trigger email_addresses_no_truncate
    before truncate on assay.email_addresses
    for each statement execute function assay.email_addresses_read_only();
