-- GET /student/assignments: those of the classes this student is in, or of one; newest first, or by deadline.
--   :token_digest bytea   :class_id uuid   :state text   :sort text   :limit integer   :cursor text
select api.sorted_page(
           array_agg(to_json(x)),
           array_agg(api.cursor(x.id, case when :sort::text is not null then (extract(epoch from x.deadline) * 1000000)::bigint::text end)),
           :limit::integer) as body
  from api.list_my_assignments(
           token_digest => :token_digest, after => split_part(:cursor::text, '.', 1)::uuid, most => :limit::integer + 1,
           class_id => :class_id, wanted_state => :state, sort => :sort::text,
           after_key => nullif(split_part(:cursor::text, '.', 2), '')::bigint) as x;
