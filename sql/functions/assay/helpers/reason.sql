-- Why something is written in this transaction.
create or replace function assay.reason()
    returns text
    language sql stable
    set search_path = ''
begin atomic
    select nullif(pg_catalog.current_setting('assay.reason', true), '');
end;

comment on function assay.reason() is 'What assay.because was told in this transaction; null when nothing.';
