-- GET /teacher/assignments/{assignment_id}/submissions: newest first, without their texts.
--   :token_digest bytea   :assignment_id uuid   :limit integer   :cursor uuid
select api.page(array_agg(to_json(s) order by s.id desc), array_agg(s.id order by s.id desc), :limit::integer) as body
  from api.list_submissions(token_digest => :token_digest, assignment_id => :assignment_id, after => :cursor, most => :limit::integer + 1) as s;
