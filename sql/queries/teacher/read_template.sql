-- GET /teacher/assignments/{assignment_id}/template: what the grader is told to look for.
--   :token_digest bytea   :assignment_id uuid
select a.title || '-template.txt' as name, a.correction_template as content
  from api.read_assignment(token_digest => :token_digest, assignment_id => :assignment_id) as a
 where a.correction_template is not null;
