-- POST /student/assignments/{assignment_id}/answers/{number}/check: what the saved answer earns.
--   :token_digest bytea   :assignment_id uuid   :number integer
select json_build_object(
           'score', c.score, 'max_score', c.max_score, 'right', c.is_right, 'reason', c.reason,
           'feedback', coalesce((select json_agg(json_build_object('key', f.key, 'text', f.text) order by f.at)
                                   from rows from (unnest(c.feedback_keys), unnest(c.feedback)) with ordinality as f (key, text, at)), '[]'),
           'guide', c.guide, 'solution', api.packed_answer(c.kind, c.solution_picked, c.solution_indents, c.solution_texts),
           'explanation', c.explanation, 'attempts_left', c.attempts_left) as body
  from api.check_answer(token_digest => :token_digest, assignment_id => :assignment_id, number => :number::integer) as c;
