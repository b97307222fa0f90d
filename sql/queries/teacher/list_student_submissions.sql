-- GET /teacher/students/{student_id}/submissions: what they handed in to this teacher, newest first.
--   :token_digest bytea   :student_id uuid   :limit integer   :cursor uuid
select api.page(array_agg(to_json(s) order by s.id desc), array_agg(s.id order by s.id desc), :limit::integer) as body
  from api.list_student_submissions(token_digest => :token_digest, student_id => :student_id, after => :cursor, most => :limit::integer + 1) as s;
