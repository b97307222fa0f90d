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
               'answer', given.words) order by q.number), '[]')
      from assay.questions q
      left join lateral (select coalesce(x.texts[1], '') as words
                           from assay.answers x
                          where x.question_id = q.id
                            and x.student_id = questions_for_marking.student_id
                            and q.kind = 'open'
                          order by x.attempt desc
                          limit 1) given on true
     where q.assignment_id = questions_for_marking.assignment_id
       and q.kind in ('criterion', 'open')
       and q.approved_at is not null
       and q.voided_at is null
       and (q.kind = 'criterion' or given.words ~ '\S');
end;

comment on function assay.questions_for_marking(uuid, uuid) is
    'What an AI marks of an assignment, which is its criteria and the open questions that the student answered, but nothing void, as a JSON array of number, title, prompt, max_score, guide, levels (score, text) and answer: the student''s own, null for a criterion, which asks about the whole text.';
