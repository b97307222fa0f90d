-- DELETE /teacher/cases/{case_id}: its tries and marks go with it; its submission stays.
--   :token_digest bytea   :case_id uuid
select api.delete_case(token_digest => :token_digest, case_id => :case_id);
