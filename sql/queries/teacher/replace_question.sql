-- PUT /teacher/questions/{question_id}: the question as it is then.
--   :token_digest bytea   :question_id uuid   :body json (api.sent_question)   :if_match text[]
select q.question as body
  from api.replace_question(token_digest => :token_digest, question_id => :question_id,
                            question => json_populate_record(null::api.sent_question, :body::json), if_match => :if_match) as q;
