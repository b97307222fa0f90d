-- Gaps: each with one of its accepted answers.
create or replace function assay.mark_gaps(question assay.questions, picked smallint[], indents smallint[], texts text[])
    returns integer
    language plpgsql stable
    set search_path = ''
as $$
declare
    gap      smallint;
    accepted text;
    words    text;
    rights   boolean[] := '{}';  -- by gap
    plains   text[]    := '{}';  -- by gap: the text in it, once it has been compared
begin
    for gap, accepted in
        select o.place, o.text from assay.options o where o.question_id = question.id
    loop
        if rights[gap] is not true then
            words := plains[gap];
            if words is null then
                words       := assay.plain(coalesce(texts[gap], ''));
                plains[gap] := words;
            end if;
            rights[gap] := words <> '' and assay.plain(accepted) = words;
        end if;
    end loop;
    return assay.share(question, cardinality(array_positions(rights, true)), cardinality(rights), true);
end
$$;

comment on function assay.mark_gaps(assay.questions, smallint[], smallint[], text[]) is
    'Right gaps, of all gaps. Gap n is right when the n-th text reads as one of its accepted answers does (assay.plain).';
