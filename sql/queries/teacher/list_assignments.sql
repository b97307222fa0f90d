-- GET /teacher/assignments: all of the platform, or one teacher's, or for one class; newest first.
--   :token_digest bytea   :teacher_id uuid   :class_id uuid   :limit integer   :cursor uuid
select api.page(array_agg(to_json(a) order by a.id desc), array_agg(a.id order by a.id desc), :limit::integer) as body
  from api.list_assignments(token_digest => :token_digest, teacher_id => :teacher_id, class_id => :class_id,
                            after => :cursor, most => :limit::integer + 1) as a;
