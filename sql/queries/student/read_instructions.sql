-- GET /student/assignments/{assignment_id}/instructions: the text, as a download.
--   :token_digest bytea   :assignment_id uuid
select i.title || '-instructions.txt' as name, i.instructions as content
  from api.read_my_instructions(token_digest => :token_digest, assignment_id => :assignment_id) as i;
