-- Where a page of a list begins.
create or replace function assay.page_start(cursor uuid)
    returns uuid
    language sql immutable
begin atomic
    select coalesce(page_start.cursor, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
end;

comment on function assay.page_start(uuid) is
    'The id that a page''s rows are less than: the cursor, or for the first page the greatest there is. One comparison, which an index can answer for every page alike.';
