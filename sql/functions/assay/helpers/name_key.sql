-- A name as it is put into order.
create or replace function assay.name_key(name text)
    returns text
    language sql immutable
begin atomic
    -- The expression of the index students_by_name. Folding needs a collation of its own; the order is the database's.
    select casefold(name_key.name collate pg_catalog.pg_unicode_fast) collate "default";
end;

comment on function assay.name_key(text) is 'What names are sorted by: case-folded, in the order of the database''s collation.';
