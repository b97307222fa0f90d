-- DELETE /teacher/classes/{class_id}: its enrolments end; scores and coins stay.
--   :token bytea   :class_id uuid
select api.delete_class(token => :token, class_id => :class_id);
