-- GET /student/submissions: what this student handed in and got graded; newest first, without the texts.
--   :token_digest bytea   :limit integer   :cursor uuid
select api.page(array_agg(to_json(s) order by s.id desc), array_agg(s.id order by s.id desc), :limit::integer) as body
  from api.list_my_submissions(token_digest => :token_digest, after => :cursor, most => :limit::integer + 1) as s;
