-- DELETE /teacher/assignments/{assignment_id}: gone from every list; scores and coins stay.
--   :token bytea   :assignment_id uuid
select api.delete_assignment(token => :token, assignment_id => :assignment_id);
