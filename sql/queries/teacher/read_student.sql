-- GET /teacher/students/{student_id}: one registered student.
--   :token bytea   :student_id uuid
select to_json(s) as body
  from api.read_student(token => :token, student_id => :student_id) as s;
