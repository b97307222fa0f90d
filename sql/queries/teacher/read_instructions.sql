-- GET /teacher/assignments/{assignment_id}/instructions: the text that was uploaded.
--   :token_digest bytea   :assignment_id uuid
select a.title || '-instructions.txt' as name, a.instructions as content
  from api.read_assignment(token_digest => :token_digest, assignment_id => :assignment_id) as a;
