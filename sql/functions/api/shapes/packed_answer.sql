-- An answer in the form in which students send it.
create function api.packed_answer(kind text, picked smallint[], indents smallint[], texts text[])
    returns json
    language plpgsql immutable parallel safe
    set search_path = ''
as $$
begin
    case
        when kind = 'choice'   then return to_json(picked[1]);
        when kind = 'choices'  then return to_json(picked);
        when kind = 'matching' then return case when cardinality(picked) > 0 then json_object(picked::text[], texts) end;
        when kind = 'ordering' and indents is not null then
            return (select json_agg(json_build_array(given.key, given.indent) order by given.at)
                      from rows from (unnest(picked), unnest(indents)) with ordinality as given (key, indent, at));
        when kind = 'ordering' then return to_json(picked);
        when kind = 'gaps'     then return to_json(texts);
        else return to_json(texts[1]);
    end case;
end
$$;

comment on function api.packed_answer(text, smallint[], smallint[], text[]) is
    'An answer (keys picked, indents, texts) to a question of this kind as it is sent: a key, a list of keys, pairs of key and indent, an object from keys to rights, a list of texts, or a text; null: blank.';
