-- GET /teacher/assignments/{assignment_id}/questions.gift: what is written into the file.
--   :token_digest bytea   :assignment_id uuid
select coalesce(json_agg(q.question order by q.number), '[]') as body
  from api.list_questions(token_digest => :token_digest, assignment_id => :assignment_id) as q;
