-- POST /teacher/assignments/{assignment_id}/questions: 201 the question.
--   :token_digest bytea   :assignment_id uuid   :body json (api.sent_question)
select q.question as body
  from api.add_question(token_digest => :token_digest, assignment_id => :assignment_id,
                        question => json_populate_record(null::api.sent_question, :body::json)) as q;
