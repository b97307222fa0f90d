-- Tells every API process that the rate limits changed.
create or replace function assay.announce_rate_limits()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform pg_notify('assay_rate_limits', '');
    return null;
end
$$;

comment on function assay.announce_rate_limits() is 'Notifies channel assay_rate_limits, so that a change is in force within a second.';

create or replace trigger announce_rate_limits
    after insert or update or delete or truncate on assay.rate_limits
    for each statement execute function assay.announce_rate_limits();
