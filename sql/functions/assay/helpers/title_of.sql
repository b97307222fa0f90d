-- The title of an assignment that was uploaded without one.
create or replace function assay.title_of(instructions text)
    returns text
    language sql immutable
    set search_path = ''
begin atomic
    select left(btrim(substring(title_of.instructions from '[^\n\r]*\S[^\n\r]*')), 120);
end;

comment on function assay.title_of(text) is 'The first line of the instructions that is not blank, at most 120 characters.';
