-- DELETE /teacher/questions/{question_id}: 204.
--   :token_digest bytea   :question_id uuid   :if_match text[]
select api.delete_question(token_digest => :token_digest, question_id => :question_id, if_match => :if_match);
