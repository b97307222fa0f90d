-- GET /teacher/cases/{case_id}: with its work, tries, marks and totals.
--   :token_digest bytea   :case_id uuid
select to_json(c) as body from api.read_case(token_digest => :token_digest, case_id => :case_id) as c;
