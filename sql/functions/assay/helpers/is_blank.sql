-- Has this answer nothing in it?
create or replace function assay.is_blank(picked smallint[], texts text[])
    returns boolean
    language sql immutable
begin atomic
    -- Of pairs the rights are the answer: a left without one says nothing.
    select case when coalesce(cardinality(is_blank.texts), 0) = 0 then coalesce(cardinality(is_blank.picked), 0) = 0
                else array_to_string(is_blank.texts, '') !~ '\S' end;
end;

comment on function assay.is_blank(smallint[], text[]) is 'True for an answer in which nothing was picked or written.';
