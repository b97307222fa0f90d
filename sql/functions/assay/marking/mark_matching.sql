-- Pairs: each left with its right.
create or replace function assay.mark_matching(question assay.questions, picked smallint[], indents smallint[], texts text[])
    returns integer
    language plpgsql stable
    set search_path = ''
as $$
declare
    pair  text;
    words text;
    got   integer := 0;
    lefts integer := 0;
begin
    for pair, words in
        select o.pair, texts[array_position(picked, o.key)]
          from assay.options o
         where o.question_id = question.id
           and o.text is not null
    loop
        lefts := lefts + 1;
        if words = pair or assay.plain(words) = assay.plain(pair) then  -- most are picked from the rights as they stand
            got := got + 1;
        end if;
    end loop;
    return assay.share(question, got, lefts, true);
end
$$;

comment on function assay.mark_matching(assay.questions, smallint[], smallint[], text[]) is
    'Right pairs, of all lefts. A pair is right when its right reads as the option''s pair does (assay.plain).';
