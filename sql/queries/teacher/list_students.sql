-- GET /teacher/students: registered students, all or found by name, address or class; newest first, or by name.
--   :token_digest bytea   :search text   :class_id uuid   :sort text   :limit integer   :cursor text
-- collate: what convert_from answers has the collation of its name of an encoding, C, and the function would search by it.
select api.sorted_page(
           array_agg(to_json(x)),
           array_agg(api.cursor(x.id, case when :sort::text is not null then encode(convert_to(x.name, 'UTF8'), 'hex') end)),
           :limit::integer) as body
  from api.list_students(
           token_digest => :token_digest, search => :search, class_id => :class_id,
           after => split_part(:cursor::text, '.', 1)::uuid, most => :limit::integer + 1, sort => :sort::text,
           after_name => convert_from(decode(split_part(:cursor::text, '.', 2), 'hex'), 'UTF8') collate "default") as x;
