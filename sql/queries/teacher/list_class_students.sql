-- GET /teacher/classes/{class_id}/students: who is in it; newest registration first, or by name.
--   :token_digest bytea   :class_id uuid   :sort text   :limit integer   :cursor text
select api.sorted_page(
           array_agg(to_json(x)),
           array_agg(api.cursor(x.id, case when :sort::text is not null then encode(convert_to(x.name, 'UTF8'), 'hex') end)),
           :limit::integer) as body
  from api.list_class_students(
           token_digest => :token_digest, class_id => :class_id, after => split_part(:cursor::text, '.', 1)::uuid,
           most => :limit::integer + 1, sort => :sort::text,
           after_name => convert_from(decode(split_part(:cursor::text, '.', 2), 'hex'), 'UTF8') collate "default") as x;
