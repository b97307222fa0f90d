-- What an answer to a question earns, by the question's own key: one function for each kind.
create or replace function assay.mark(question assay.questions, picked smallint[], indents smallint[], texts text[])
    returns integer
    language plpgsql stable
    set search_path = ''
as $$
begin
    if question.voided_at is not null then
        return question.max_score;
    end if;
    case question.kind
        when 'choice'   then return assay.mark_choice(question, picked, indents, texts);
        when 'choices'  then return assay.mark_choices(question, picked, indents, texts);
        when 'matching' then return assay.mark_matching(question, picked, indents, texts);
        when 'ordering' then return assay.mark_ordering(question, picked, indents, texts);
        when 'gaps'     then return assay.mark_gaps(question, picked, indents, texts);
        when 'short'    then return assay.mark_short(question, picked, indents, texts);
        when 'number'   then return assay.mark_number(question, picked, indents, texts);
        else return null;  -- open questions and criteria: an AI or a person marks them
    end case;
end
$$;

comment on function assay.mark(assay.questions, smallint[], smallint[], text[]) is
    'The score of an answer (keys picked, indents of lines, texts), 0 to the question''s maximum; the maximum for a question that is void; null for a kind that the database does not mark.';
