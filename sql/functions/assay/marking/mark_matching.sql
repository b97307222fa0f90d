-- Pairs: each left with its right.
create or replace function assay.mark_matching(question assay.questions, picked smallint[], indents smallint[], texts text[])
    returns integer
    language sql stable
begin atomic
    select assay.share(mark_matching.question, n.got::integer, n.of::integer, true)
      from (select count(*) filter (where exists (
                       select from unnest(mark_matching.picked, mark_matching.texts) as given (key, words)
                        where given.key = o.key and assay.plain(given.words) = assay.plain(o.pair) and given.words ~ '\S')) as got,
                   count(*) as of
              from assay.options o
             where o.question_id = (mark_matching.question).id
               and o.text is not null) n;
end;

comment on function assay.mark_matching(assay.questions, smallint[], smallint[], text[]) is
    'Right pairs, of all lefts. A pair is right when its right reads as the option''s pair does (assay.plain).';
