-- DELETE /student/assignments/{assignment_id}/regrade-requests/{request_id}: it is withdrawn and stays readable.
--   :token_digest bytea   :assignment_id uuid   :request_id uuid
select api.withdraw_regrade_request(token_digest => :token_digest, assignment_id => :assignment_id, request_id => :request_id);
