-- GET /teacher/students: registered students, all or found by name, address or class; newest first.
--   :token_digest bytea   :search text   :class_id uuid   :limit integer   :cursor uuid
select api.page(array_agg(to_json(s) order by s.id desc), array_agg(s.id order by s.id desc), :limit::integer) as body
  from api.list_students(token_digest => :token_digest, search => :search, class_id => :class_id, after => :cursor, most => :limit::integer + 1) as s;
