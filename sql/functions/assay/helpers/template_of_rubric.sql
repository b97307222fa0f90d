-- A rubric written out, as graders and teachers read it.
create or replace function assay.template_of_rubric(assignment_id uuid)
    returns text
    language sql stable
begin atomic
    select string_agg(
               q.number || '. ' || coalesce(q.title || ' ', '') || '(' || q.max_score || '): ' || q.prompt || coalesce(
                   (select string_agg(E'\n   ' || o.score || ': ' || o.text, '' order by o.score desc)
                      from assay.options o where o.question_id = q.id), ''),
               E'\n' order by q.number)
      from assay.questions q
     where q.assignment_id = template_of_rubric.assignment_id
       and q.kind = 'criterion'
       and q.approved_at is not null;
end;

comment on function assay.template_of_rubric(uuid) is
    'The criteria of an assignment as a correction template: number, title, maximum and what is required, below it the levels, highest first. Null without criteria.';
