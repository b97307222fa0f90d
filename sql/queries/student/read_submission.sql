-- GET /student/assignments/{assignment_id}/submission: the text and what it was paid.
--   :token_digest bytea   :assignment_id uuid
select to_json(s) as body
  from api.read_my_submission(token_digest => :token_digest, assignment_id => :assignment_id) as s;
