-- A rubric as teachers read and write it.
create view api.rubrics as
select a.id as assignment_id,
       coalesce((select json_agg(json_build_object(
                            'title', q.title, 'prompt', q.prompt, 'max_score', q.max_score,
                            'levels', coalesce((select json_agg(json_build_object('score', o.score, 'text', o.text) order by o.number)
                                                  from assay.options o
                                                 where o.question_id = q.id), '[]')) order by q.number)
                   from assay.questions q
                  where q.assignment_id = a.id
                    and q.kind = 'criterion'
                    and q.approved_at is not null), '[]') as criteria,
       a.max_score
  from api.assignments a;

comment on view api.rubrics is 'The shape of a rubric in the HTTP API.';
comment on column api.rubrics.criteria is 'Title, prompt, max_score and levels (score, text) of each criterion, in their order; empty: the text gets one score as a whole.';
comment on column api.rubrics.max_score is 'The highest score, in gold coins.';
