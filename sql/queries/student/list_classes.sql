-- GET /student/classes: the classes this student is in, newest first.
--   :token_digest bytea   :limit integer   :cursor uuid
select api.page(array_agg(to_json(c) order by c.id desc), array_agg(c.id order by c.id desc), :limit::integer) as body
  from api.list_my_classes(token_digest => :token_digest, after => :cursor, most => :limit::integer + 1) as c;
