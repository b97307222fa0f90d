-- Several right choices: the wrong ones count against the right ones.
create or replace function assay.mark_choices(question assay.questions, picked smallint[], indents smallint[], texts text[])
    returns integer
    language sql stable
begin atomic
    select assay.share(mark_choices.question, (n.rights - n.wrongs)::integer, n.of::integer, n.wrongs = 0)
      from (select count(*) filter (where o.place = 1 and o.key = any (mark_choices.picked)) as rights,
                   count(*) filter (where o.place is distinct from 1 and o.key = any (mark_choices.picked)) as wrongs,
                   count(*) filter (where o.place = 1) as of
              from assay.options o
             where o.question_id = (mark_choices.question).id) n;
end;

comment on function assay.mark_choices(assay.questions, smallint[], smallint[], text[]) is
    'Right picks less wrong picks, of all right options.';
