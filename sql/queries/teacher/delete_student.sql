-- DELETE /teacher/students/{student_id}: they and all they wrote leave the database.
--   :token_digest bytea   :student_id uuid
select api.delete_student(token_digest => :token_digest, student_id => :student_id);
