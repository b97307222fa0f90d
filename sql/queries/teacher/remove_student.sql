-- DELETE /teacher/classes/{class_id}/students/{student_id}: they leave the class.
--   :token bytea   :class_id uuid   :student_id uuid
select api.remove_student(token => :token, class_id => :class_id, student_id => :student_id);
