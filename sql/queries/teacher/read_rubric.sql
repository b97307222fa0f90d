-- GET /teacher/assignments/{assignment_id}/rubric: its criteria; none where a text gets one score as a whole.
--   :token_digest bytea   :assignment_id uuid
select json_build_object('criteria', r.criteria, 'max_score', r.max_score) as body
  from api.read_rubric(token_digest => :token_digest, assignment_id => :assignment_id) as r;
