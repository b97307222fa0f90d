-- The day by which calls are counted.
create or replace function assay.utc_today()
    returns date
    language sql stable
begin atomic
    select (now() at time zone 'UTC')::date;
end;

comment on function assay.utc_today() is 'Today in UTC, whatever the session''s time zone.';
