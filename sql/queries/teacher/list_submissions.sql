-- GET /teacher/assignments/{assignment_id}/submissions: newest first, or sorted; without their texts.
--   :token_digest bytea   :assignment_id uuid   :sort text   :limit integer   :cursor text
select api.sorted_page(
           array_agg(to_json(x)),
           array_agg(api.cursor(x.id, case ltrim(:sort::text, '-')
               when 'score'        then coalesce(x.score::text, '-')
               when 'submitted_at' then (extract(epoch from x.submitted_at) * 1000000)::bigint::text
               when 'name'         then encode(convert_to(x.student ->> 'name', 'UTF8'), 'hex') end)),
           :limit::integer) as body
  from api.list_submissions(
           token_digest => :token_digest, assignment_id => :assignment_id, after => split_part(:cursor::text, '.', 1)::uuid,
           most => :limit::integer + 1, sort => :sort::text,
           after_key => case when :sort::text = 'name' then convert_from(decode(split_part(:cursor::text, '.', 2), 'hex'), 'UTF8') collate "default"
                             else nullif(split_part(:cursor::text, '.', 2), '') end) as x;
