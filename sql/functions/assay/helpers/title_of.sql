-- The title of an assignment that was uploaded without one.
create or replace function assay.title_of(instructions text)
    returns text
    language plpgsql immutable
    set search_path = ''
as $$
declare
    line text;
begin
    -- What ends a line, and then what no title may hold: a byte order mark, controls, what turns the direction of writing.
    for line in
        select left(btrim(regexp_replace(l.line, E'[\\u0001-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069\\ufeff]', ' ', 'g')), 120)
          from regexp_split_to_table(assay.nfc(left(title_of.instructions, 20000)), E'[\\n\\v\\f\\r\\u0085\\u2028\\u2029]') with ordinality as l (line, number)
         where l.line ~ '[^[:space:]]'
         order by l.number
         limit 100
    loop
        begin
            return line::assay.title;
        exception when check_violation then
            null;       -- nothing to see in it
        end;
    end loop;
    return 'Untitled';
end
$$;

comment on function assay.title_of(text) is
    'The first line of the instructions in which something is to be seen, at most 120 characters, without a byte order mark, controls and marks of direction; Untitled when the first hundred lines have none.';
