-- One right choice: all or nothing.
create or replace function assay.mark_choice(question assay.questions, picked smallint[], indents smallint[], texts text[])
    returns integer
    language sql stable
begin atomic
    select case when cardinality(mark_choice.picked) = 1
                 and exists (select from assay.options o
                              where o.question_id = (mark_choice.question).id
                                and o.key = mark_choice.picked[1]
                                and o.place = 1)
                then (mark_choice.question).max_score else 0 end;
end;

comment on function assay.mark_choice(assay.questions, smallint[], smallint[], text[]) is
    'The maximum when the one right option was picked, and nothing else; else 0.';
