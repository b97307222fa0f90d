-- POST /teacher/classes/{class_id}/students: how many were not in it before; all of them, or nobody.
--   :token_digest bytea   :class_id uuid   :body json {student_ids}
select json_build_object('enrolled', api.enrol_students(
           token_digest       => :token_digest,
           class_id    => :class_id,
           student_ids => array(select json_array_elements_text(:body::json -> 'student_ids')::uuid))) as body;
