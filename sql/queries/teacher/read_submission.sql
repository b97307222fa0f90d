-- GET /teacher/submissions/{submission_id}: one submission with its text.
--   :token_digest bytea   :submission_id uuid
select to_json(s) as body
  from api.read_submission(token_digest => :token_digest, submission_id => :submission_id) as s;
