-- An answer in words, as people read it.
create or replace function assay.answer_as_text(question assay.questions, picked smallint[], indents smallint[], texts text[])
    returns text
    language plpgsql stable
    set search_path = ''
as $$
begin
    if question.kind not in ('choice', 'choices', 'ordering', 'matching') then
        return array_to_string(texts, '; ', '');
    end if;
    return (
        select string_agg(
                   case question.kind
                       when 'ordering' then repeat('  ', coalesce(given.indent, 0)) || o.text
                       when 'matching' then o.text || ' = ' || coalesce(given.words, '')
                       else o.text
                   end,
                   case question.kind when 'ordering' then E'\n' else '; ' end
                   order by given.at)
          from rows from (unnest(picked), unnest(indents), unnest(texts)) with ordinality as given (key, indent, words, at)
          join assay.options o on o.question_id = question.id and o.key = given.key);
end
$$;

comment on function assay.answer_as_text(assay.questions, smallint[], smallint[], text[]) is
    'The words of an answer: of picked options their texts, of pairs left = right, of lines one below the other with their indents; null or empty for a blank answer.';
