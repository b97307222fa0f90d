-- DELETE /teacher/classes/{class_id}: its enrolments end; scores and coins stay.
--   :token_digest bytea   :class_id uuid   :if_match text[]
select api.delete_class(token_digest => :token_digest, class_id => :class_id, if_match => :if_match);
