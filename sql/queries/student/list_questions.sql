-- GET /student/assignments/{assignment_id}/questions: what is asked, what was saved, and what is revealed of its result.
--   :token_digest bytea   :assignment_id uuid
select json_build_object('next_cursor', null, 'items', coalesce(json_agg(json_build_object(
           'number', q.number, 'kind', q.kind, 'title', q.title, 'prompt', q.prompt, 'max_score', q.max_score,
           'options', coalesce((select json_agg(json_build_object('key', o.key, 'text', o.text))
                                  from (select unnest(q.option_keys) as key, unnest(q.option_texts) as text) o), '[]'),
           'rights', q.rights, 'gaps', q.gaps,
           'answer', api.packed_answer(q.kind, q.picked, q.indents, q.texts),
           'attempts_left', q.attempts_left,
           'result', case when q.is_shown then json_build_object(
               'score', q.score, 'max_score', q.max_score, 'right', q.is_right, 'reason', q.reason,
               'feedback', coalesce((select json_agg(json_build_object('key', f.key, 'text', f.text) order by f.at)
                                       from rows from (unnest(q.feedback_keys), unnest(q.feedback)) with ordinality as f (key, text, at)), '[]'),
               'guide', q.guide,
               'solution', api.packed_answer(q.kind, q.solution_picked, q.solution_indents, q.solution_texts),
               'explanation', q.explanation) end) order by q.number), '[]')) as body
  from api.list_my_questions(token_digest => :token_digest, assignment_id => :assignment_id) as q;
