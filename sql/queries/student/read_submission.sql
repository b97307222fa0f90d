-- GET /student/assignments/{assignment_id}/submission: the text and what it was paid.
--   :token bytea   :assignment_id uuid
select to_json(s) as body
  from api.read_my_submission(token => :token, assignment_id => :assignment_id) as s;
