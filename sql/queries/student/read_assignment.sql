-- GET /student/assignments/{assignment_id}: one of them.
--   :token_digest bytea   :assignment_id uuid
select to_json(a) as body
  from api.read_my_assignment(token_digest => :token_digest, assignment_id => :assignment_id) as a;
