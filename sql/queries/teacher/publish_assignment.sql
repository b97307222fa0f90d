-- POST /teacher/assignments/{assignment_id}/publish: the assignment.
--   :token bytea   :assignment_id uuid
select to_json(a) as body
  from api.publish_assignment(token => :token, assignment_id => :assignment_id) as a;
