-- A short answer: the best accepted one that it reads like.
create or replace function assay.mark_short(question assay.questions, picked smallint[], indents smallint[], texts text[])
    returns integer
    language plpgsql stable
    set search_path = ''
as $$
declare
    words    text    := assay.plain(texts[1]);
    best     integer := 0;
    accepted text;
    earns    integer;
begin
    if words <> '' then
        for accepted, earns in
            select o.text, coalesce(o.score, question.max_score) from assay.options o where o.question_id = question.id
        loop
            if earns > best and assay.plain(accepted) = words then
                best := earns;
            end if;
        end loop;
    end if;
    return best;
end
$$;

comment on function assay.mark_short(assay.questions, smallint[], smallint[], text[]) is
    'The highest score of the accepted answers that it reads like (assay.plain; null: the maximum); 0 for none.';
