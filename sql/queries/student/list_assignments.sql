-- GET /student/assignments: those of the classes this student is in, newest first.
--   :token_digest bytea   :limit integer   :cursor uuid
select api.page(array_agg(to_json(a) order by a.id desc), array_agg(a.id order by a.id desc), :limit::integer) as body
  from api.list_my_assignments(token_digest => :token_digest, after => :cursor, most => :limit::integer + 1) as a;
