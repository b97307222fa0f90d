-- A question as its teacher sees it.
create view api.questions as
select q.id,
       q.assignment_id,
       q.number,
       json_build_object(
           'id', q.id, 'number', q.number, 'kind', q.kind, 'title', q.title, 'prompt', q.prompt, 'max_score', q.max_score,
           'partial', q.partial, 'guide', q.guide, 'solution', q.solution, 'explanation', q.explanation, 'bloom', q.bloom,
           'approved', q.approved_at is not null, 'voided', q.voided_at is not null,
           case when q.kind in ('choice', 'choices') then 'options' when q.kind = 'matching' then 'pairs' when q.kind = 'ordering' then 'lines'
                when q.kind = 'gaps' then 'gaps' when q.kind in ('short', 'number') then 'accepted' else 'levels' end,
           coalesce(case
               when q.kind = 'gaps' then (
                   select json_agg(g.words order by g.place)
                     from (select o.place, json_agg(o.text order by o.number) as words
                             from assay.options o where o.question_id = q.id group by o.place) g)
               else (
                   select json_agg(case
                              when q.kind in ('choice', 'choices') then json_build_object('key', o.key, 'text', o.text, 'right', o.place is not null, 'feedback', o.feedback)
                              when q.kind = 'matching' then json_build_object('key', o.key, 'left', o.text, 'right', o.pair, 'feedback', o.feedback)
                              when q.kind = 'ordering' then json_build_object('key', o.key, 'text', o.text, 'place', o.place, 'indent', o.indent, 'feedback', o.feedback)
                              when q.kind = 'short'    then json_build_object('text', o.text, 'score', o.score, 'feedback', o.feedback)
                              when q.kind = 'number'   then json_build_object('value', o.text, 'tolerance', o.tolerance, 'score', o.score, 'feedback', o.feedback)
                              else json_build_object('score', o.score, 'text', o.text) end order by o.number)
                     from assay.options o where o.question_id = q.id) end, '[]')) as question
  from assay.questions q;

comment on view api.questions is 'The shape of a question in the HTTP API, for its teacher, with its key.';
comment on column api.questions.question is 'id, number, kind, title, prompt, max_score, partial, guide, solution, explanation, bloom, approved, voided, and by its kind options, pairs, lines, gaps, accepted or levels in the author''s order.';
