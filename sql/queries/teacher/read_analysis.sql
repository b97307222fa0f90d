-- GET /teacher/assignments/{assignment_id}/analysis: how hard each question is, whom it tells apart, what was picked.
--   :token_digest bytea   :assignment_id uuid
select n.analysis as body from api.read_analysis(token_digest => :token_digest, assignment_id => :assignment_id) as n;
