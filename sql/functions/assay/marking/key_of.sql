-- The answer that is all right.
create or replace function assay.key_of(question assay.questions, out picked smallint[], out indents smallint[], out texts text[])
    language plpgsql stable
    set search_path = ''
as $$
begin
    case question.kind
    when 'choice', 'choices' then
        picked := array(select o.key from assay.options o where o.question_id = question.id and o.place = 1 order by o.number);
    when 'matching' then
        select array_agg(o.key order by o.number), array_agg(o.pair order by o.number) into picked, texts
          from assay.options o where o.question_id = question.id and o.text is not null;
    when 'ordering' then
        select array_agg(o.key order by o.place, o.number), array_agg(coalesce(o.indent, 0::smallint) order by o.place, o.number)
          into picked, indents
          from assay.options o where o.question_id = question.id and o.place is not null;
    when 'gaps' then
        texts := array(select distinct on (o.place) o.text from assay.options o
                        where o.question_id = question.id order by o.place, o.number);
    when 'short', 'number' then
        texts := array(select o.text from assay.options o
                        where o.question_id = question.id order by coalesce(o.score, question.max_score) desc, o.number limit 1);
    else
        null;  -- open questions and criteria have none
    end case;
end
$$;

comment on function assay.key_of(assay.questions) is
    'A right answer to a question, in the shape of an answer (keys picked, indents, texts): what the solution shows, and what must earn the maximum. Nulls for open questions and criteria.';
