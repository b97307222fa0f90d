-- POST /teacher/assignments/{assignment_id}/publish: the assignment.
--   :token_digest bytea   :assignment_id uuid
select to_json(a) as body
  from api.publish_assignment(token_digest => :token_digest, assignment_id => :assignment_id) as a;
