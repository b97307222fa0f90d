-- DELETE /teacher/classes/{class_id}/students/{student_id}: they leave the class.
--   :token_digest bytea   :class_id uuid   :student_id uuid
select api.remove_student(token_digest => :token_digest, class_id => :class_id, student_id => :student_id);
