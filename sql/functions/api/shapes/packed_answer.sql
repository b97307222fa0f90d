-- An answer in the form in which students send it.
create function api.packed_answer(kind text, picked smallint[], indents smallint[], texts text[])
    returns json
    language sql immutable
begin atomic
    select case
        when packed_answer.kind = 'choice'   then to_json(packed_answer.picked[1])
        when packed_answer.kind = 'choices'  then to_json(packed_answer.picked)
        when packed_answer.kind = 'matching' then (
            select json_object_agg(given.key, given.words)
              from unnest(packed_answer.picked, packed_answer.texts) as given (key, words))
        when packed_answer.kind = 'ordering' and packed_answer.indents is not null then (
            select json_agg(json_build_array(given.key, given.indent) order by given.at)
              from rows from (unnest(packed_answer.picked), unnest(packed_answer.indents)) with ordinality as given (key, indent, at))
        when packed_answer.kind = 'ordering' then to_json(packed_answer.picked)
        when packed_answer.kind = 'gaps'     then to_json(packed_answer.texts)
        else to_json(packed_answer.texts[1])
    end;
end;

comment on function api.packed_answer(text, smallint[], smallint[], text[]) is
    'An answer (keys picked, indents, texts) to a question of this kind as it is sent: a key, a list of keys, pairs of key and indent, an object from keys to rights, a list of texts, or a text; null: blank.';
