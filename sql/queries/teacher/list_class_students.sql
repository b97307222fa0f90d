-- GET /teacher/classes/{class_id}/students: who is in it.
--   :token_digest bytea   :class_id uuid   :limit integer   :cursor uuid
select api.page(array_agg(to_json(s) order by s.id desc), array_agg(s.id order by s.id desc), :limit::integer) as body
  from api.list_class_students(token_digest => :token_digest, class_id => :class_id, after => :cursor, most => :limit::integer + 1) as s;
