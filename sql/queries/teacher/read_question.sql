-- GET /teacher/questions/{question_id}: with its key.
--   :token_digest bytea   :question_id uuid
select q.question as body from api.read_question(token_digest => :token_digest, question_id => :question_id) as q;
