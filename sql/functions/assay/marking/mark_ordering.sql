-- Lines in order: the longest run counts, distractors count against it.
create or replace function assay.mark_ordering(question assay.questions, picked smallint[], indents smallint[], texts text[])
    returns integer
    language sql stable
begin atomic
    select assay.share(mark_ordering.question, assay.longest_run(n.places) - n.distractors::integer, n.of::integer, n.distractors = 0)
      from (select coalesce(array_agg(o.place order by given.at)
                                filter (where o.place is not null
                                          and (o.indent is null or o.indent = coalesce(given.indent, 0))), '{}') as places,
                   count(*) filter (where o.key is not null and o.place is null) as distractors,
                   (select count(*) from assay.options l
                     where l.question_id = (mark_ordering.question).id and l.place is not null) as of
              from rows from (unnest(mark_ordering.picked), unnest(mark_ordering.indents)) with ordinality as given (key, indent, at)
              join assay.options o on o.question_id = (mark_ordering.question).id and o.key = given.key) n;
end;

comment on function assay.mark_ordering(assay.questions, smallint[], smallint[], text[]) is
    'The longest run in order (lines with a wrong indent left out) less the distractors that were placed, of all lines that have a place.';
