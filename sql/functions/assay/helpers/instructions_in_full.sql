-- The instructions as an AI gets them.
create or replace function assay.instructions_in_full(general_instructions text, instructions text)
    returns text
    language sql immutable
    set search_path = ''
begin atomic
    select concat_ws(E'\n\n', instructions_in_full.general_instructions, instructions_in_full.instructions);
end;

comment on function assay.instructions_in_full(text, text) is
    'The class''s general instructions, as they were when the assignment was made, in front of its own.';
