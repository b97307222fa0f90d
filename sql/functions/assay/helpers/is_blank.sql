-- Has this answer nothing in it?
create or replace function assay.is_blank(picked smallint[], texts text[])
    returns boolean
    language sql immutable
begin atomic
    select coalesce(cardinality(is_blank.picked), 0) = 0 and coalesce(array_to_string(is_blank.texts, ''), '') !~ '\S';
end;

comment on function assay.is_blank(smallint[], text[]) is 'True for an answer in which nothing was picked or written.';
