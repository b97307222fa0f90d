-- GET /teacher/submissions/{submission_id}/content: the text alone.
--   :token_digest bytea   :submission_id uuid
select (s.student ->> 'name') || '-submission.txt' as name, s.content
  from api.read_submission(token_digest => :token_digest, submission_id => :submission_id) as s;
