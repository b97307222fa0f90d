-- DELETE /teacher/students/{student_id}: they and all they wrote leave the database.
--   :token bytea   :student_id uuid
select api.delete_student(token => :token, student_id => :student_id);
