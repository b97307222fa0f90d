-- GET /teacher/submissions/{submission_id}: one submission with its text.
--   :token bytea   :submission_id uuid
select to_json(s) as body
  from api.read_submission(token => :token, submission_id => :submission_id) as s;
