-- GET /teacher/assignments/{assignment_id}/cases: newest first, with tries and marks, without the work.
--   :token_digest bytea   :assignment_id uuid   :limit integer   :cursor uuid
select api.page(array_agg(to_json(c) order by c.id desc), array_agg(c.id order by c.id desc), :limit::integer) as body
  from api.list_cases(token_digest => :token_digest, assignment_id => :assignment_id, after => :cursor, most => :limit::integer + 1) as c;
