-- GET /teacher/assignments/{assignment_id}: one of the platform.
--   :token bytea   :assignment_id uuid
select to_json(a) as body
  from api.read_assignment(token => :token, assignment_id => :assignment_id) as a;
