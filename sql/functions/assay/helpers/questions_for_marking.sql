-- What a marker is told of the questions of an assignment.
create or replace function assay.questions_for_marking(assignment_id uuid, student_id uuid)
    returns json
    language sql stable
    set search_path = ''
begin atomic
    select coalesce(json_agg(json_build_object(
               'number', q.number, 'title', q.title, 'prompt', q.prompt, 'max_score', q.max_score, 'guide', q.guide,
               'levels', coalesce((select json_agg(json_build_object('score', o.score, 'text', o.text) order by o.score)
                                     from assay.options o
                                    where o.question_id = q.id), '[]'),
               'answer', case q.kind when 'open' then coalesce((select x.texts[1]
                                                                  from assay.answers x
                                                                 where x.question_id = q.id
                                                                   and x.student_id = questions_for_marking.student_id
                                                                 order by x.attempt desc
                                                                 limit 1), '') end) order by q.number), '[]')
      from assay.questions q
     where q.assignment_id = questions_for_marking.assignment_id
       and q.kind in ('criterion', 'open')
       and q.approved_at is not null;
end;

comment on function assay.questions_for_marking(uuid, uuid) is
    'The criteria and open questions of an assignment as a JSON array of number, title, prompt, max_score, guide, levels (score, text) and answer: the student''s own, null for a criterion, which asks about the whole text.';
