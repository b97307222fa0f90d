-- A short answer: the best accepted one that it reads like.
create or replace function assay.mark_short(question assay.questions, picked smallint[], indents smallint[], texts text[])
    returns integer
    language sql stable
begin atomic
    select coalesce(max(coalesce(o.score, (mark_short.question).max_score)), 0)
      from assay.options o
     where o.question_id = (mark_short.question).id
       and assay.plain(o.text) = assay.plain(mark_short.texts[1])
       and mark_short.texts[1] ~ '\S';
end;

comment on function assay.mark_short(assay.questions, smallint[], smallint[], text[]) is
    'The highest score of the accepted answers that it reads like (assay.plain; null: the maximum); 0 for none.';
