-- DELETE /teacher/assignments/{assignment_id}: gone from every list; scores and coins stay.
--   :token_digest bytea   :assignment_id uuid
select api.delete_assignment(token_digest => :token_digest, assignment_id => :assignment_id);
