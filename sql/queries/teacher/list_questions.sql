-- GET /teacher/assignments/{assignment_id}/questions: with their keys.
--   :token_digest bytea   :assignment_id uuid
select json_build_object('items', coalesce(json_agg(q.question order by q.number), '[]'), 'next_cursor', null) as body
  from api.list_questions(token_digest => :token_digest, assignment_id => :assignment_id) as q;
