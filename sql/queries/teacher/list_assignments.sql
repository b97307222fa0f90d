-- GET /teacher/assignments: all of the platform, or one teacher's, or for one class; newest first, or by deadline.
--   :token_digest bytea   :teacher_id uuid   :class_id uuid   :state text   :sort text   :limit integer   :cursor text
select api.sorted_page(
           array_agg(to_json(x)),
           array_agg(api.cursor(x.id, case when :sort::text is not null then (extract(epoch from x.deadline) * 1000000)::bigint::text end)),
           :limit::integer) as body
  from api.list_assignments(
           token_digest => :token_digest, teacher_id => :teacher_id, class_id => :class_id,
           after => split_part(:cursor::text, '.', 1)::uuid, most => :limit::integer + 1, state => :state, sort => :sort::text,
           after_key => nullif(split_part(:cursor::text, '.', 2), '')::bigint) as x;
