-- GET /teacher/assignments/{assignment_id}/instructions: the text that was uploaded.
--   :token bytea   :assignment_id uuid
select a.title || '-instructions.txt' as name, a.instructions as content
  from api.read_assignment(token => :token, assignment_id => :assignment_id) as a;
