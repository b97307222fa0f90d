-- POST /teacher/assignments/{assignment_id}/release: the assignment, whose students see their outcomes from now on.
--   :token_digest bytea   :assignment_id uuid
select to_json(a) as body
  from api.release_results(token_digest => :token_digest, assignment_id => :assignment_id) as a;
