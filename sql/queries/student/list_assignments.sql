-- GET /student/assignments: those of the classes this student is in, or of one; newest first.
--   :token_digest bytea   :class_id uuid   :limit integer   :cursor uuid
select api.page(array_agg(to_json(a) order by a.id desc), array_agg(a.id order by a.id desc), :limit::integer) as body
  from api.list_my_assignments(token_digest => :token_digest, after => :cursor, most => :limit::integer + 1, class_id => :class_id) as a;
