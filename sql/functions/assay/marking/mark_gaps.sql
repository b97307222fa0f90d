-- Gaps: each with one of its accepted answers.
create or replace function assay.mark_gaps(question assay.questions, picked smallint[], indents smallint[], texts text[])
    returns integer
    language sql stable
begin atomic
    select assay.share(mark_gaps.question, count(*) filter (where n.is_right)::integer, count(*)::integer, true)
      from (select bool_or(assay.plain(o.text) = assay.plain(mark_gaps.texts[o.place]) and mark_gaps.texts[o.place] ~ '\S') is true as is_right
              from assay.options o
             where o.question_id = (mark_gaps.question).id
             group by o.place) n;
end;

comment on function assay.mark_gaps(assay.questions, smallint[], smallint[], text[]) is
    'Right gaps, of all gaps. Gap n is right when the n-th text reads as one of its accepted answers does (assay.plain).';
