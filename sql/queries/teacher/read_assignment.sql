-- GET /teacher/assignments/{assignment_id}: one of the platform.
--   :token_digest bytea   :assignment_id uuid
select to_json(a) as body
  from api.read_assignment(token_digest => :token_digest, assignment_id => :assignment_id) as a;
