-- What an answer to a question earns, by the question's own key: one function for each kind.
create or replace function assay.mark(question assay.questions, picked smallint[], indents smallint[], texts text[])
    returns integer
    language sql stable
begin atomic
    select case when (mark.question).voided_at is not null then (mark.question).max_score
                else case (mark.question).kind
                         when 'choice'   then assay.mark_choice(mark.question, mark.picked, mark.indents, mark.texts)
                         when 'choices'  then assay.mark_choices(mark.question, mark.picked, mark.indents, mark.texts)
                         when 'matching' then assay.mark_matching(mark.question, mark.picked, mark.indents, mark.texts)
                         when 'ordering' then assay.mark_ordering(mark.question, mark.picked, mark.indents, mark.texts)
                         when 'gaps'     then assay.mark_gaps(mark.question, mark.picked, mark.indents, mark.texts)
                         when 'short'    then assay.mark_short(mark.question, mark.picked, mark.indents, mark.texts)
                         when 'number'   then assay.mark_number(mark.question, mark.picked, mark.indents, mark.texts)
                     end  -- null for open questions and criteria: an AI or a person marks them
           end;
end;

comment on function assay.mark(assay.questions, smallint[], smallint[], text[]) is
    'The score of an answer (keys picked, indents of lines, texts), 0 to the question''s maximum; the maximum for a question that is void; null for a kind that the database does not mark.';
