-- GET /teacher/students/{student_id}: one registered student.
--   :token_digest bytea   :student_id uuid
select to_json(s) as body
  from api.read_student(token_digest => :token_digest, student_id => :student_id) as s;
