-- A number: the best accepted value that it lies near enough to.
create or replace function assay.mark_number(question assay.questions, picked smallint[], indents smallint[], texts text[])
    returns integer
    language sql stable
begin atomic
    select coalesce(max(coalesce(o.score, (mark_number.question).max_score)), 0)
      from (select assay.read_number(mark_number.texts[1]) as number offset 0) given  -- read once
      join assay.options o on abs(given.number - assay.read_number(o.text)) <= coalesce(o.tolerance, 0)
     where o.question_id = (mark_number.question).id;
end;

comment on function assay.mark_number(assay.questions, smallint[], smallint[], text[]) is
    'The highest score of the accepted values that are at most their tolerance away (assay.read_number; null score: the maximum); 0 for none and for what is no number.';
