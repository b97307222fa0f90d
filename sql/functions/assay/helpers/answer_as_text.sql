-- An answer in words, as people read it.
-- A table of one row: then it becomes part of the statement that asks, which need not begin one of its own for each answer.
create or replace function assay.answer_as_text(question_id uuid, kind text, picked smallint[], indents smallint[], texts text[])
    returns table (words text)
    language sql stable
begin atomic
    select case
        when answer_as_text.kind not in ('choice', 'choices', 'ordering', 'matching') then array_to_string(answer_as_text.texts, '; ', '')
        else (select string_agg(
                         case answer_as_text.kind
                             when 'ordering' then repeat('  ', coalesce(given.indent, 0)) || o.text
                             when 'matching' then o.text || ' = ' || coalesce(given.words, '')
                             else o.text
                         end,
                         case answer_as_text.kind when 'ordering' then E'\n' else '; ' end
                         order by given.at)
                from rows from (unnest(answer_as_text.picked), unnest(answer_as_text.indents), unnest(answer_as_text.texts))
                         with ordinality as given (key, indent, words, at)
                join assay.options o on o.question_id = answer_as_text.question_id and o.key = given.key) end;
end;

comment on function assay.answer_as_text(uuid, text, smallint[], smallint[], text[]) is
    'The words of an answer to a question of this kind: of picked options their texts, of pairs left = right, of lines one below the other with their indents; null or empty for a blank answer.';
