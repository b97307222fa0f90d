-- DELETE /teacher/assignments/{assignment_id}: gone from every list; scores and coins stay.
--   :token_digest bytea   :assignment_id uuid   :if_match text[]
select api.delete_assignment(token_digest => :token_digest, assignment_id => :assignment_id, if_match => :if_match);
