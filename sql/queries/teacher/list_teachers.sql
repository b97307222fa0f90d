-- GET /teacher/teachers: all of the platform, newest first.
--   :token bytea   :limit integer   :cursor uuid
select api.page(array_agg(to_json(t) order by t.id desc), array_agg(t.id order by t.id desc), :limit::integer) as body
  from api.list_teachers(token => :token, after => :cursor, most => :limit::integer + 1) as t;
