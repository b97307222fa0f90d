-- GET /teacher/teachers: all of the platform, newest first.
--   :token_digest bytea   :limit integer   :cursor uuid
select api.page(array_agg(to_json(t) order by t.id desc), array_agg(t.id order by t.id desc), :limit::integer) as body
  from api.list_teachers(token_digest => :token_digest, after => :cursor, most => :limit::integer + 1) as t;
