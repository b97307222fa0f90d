-- A number: the best accepted value that it lies near enough to.
create or replace function assay.mark_number(question assay.questions, picked smallint[], indents smallint[], texts text[])
    returns integer
    language plpgsql stable
    set search_path = ''
as $$
declare
    given    numeric := assay.read_number(texts[1]);
    best     integer := 0;
    accepted text;
    near     numeric;
    earns    integer;
begin
    if given is not null then
        for accepted, near, earns in
            select o.text, coalesce(o.tolerance, 0), coalesce(o.score, question.max_score)
              from assay.options o
             where o.question_id = question.id
        loop
            if earns > best and abs(given - assay.read_number(accepted)) <= near then
                best := earns;
            end if;
        end loop;
    end if;
    return best;
end
$$;

comment on function assay.mark_number(assay.questions, smallint[], smallint[], text[]) is
    'The highest score of the accepted values that are at most their tolerance away (assay.read_number; null score: the maximum); 0 for none and for what is no number.';
