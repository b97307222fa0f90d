-- POST /teacher/assignments/{assignment_id}/questions with text/x-gift: 201 the questions.
--   :token_digest bytea   :assignment_id uuid   :body json (an array of line and question, each api.sent_question)
select json_build_object('questions', coalesce(json_agg(q.question order by q.number), '[]')) as body
  from api.import_questions(
           token_digest => :token_digest, assignment_id => :assignment_id,
           questions => array(select json_populate_record(null::api.sent_question, s.sent -> 'question')
                                from json_array_elements(:body::json) with ordinality as s (sent, place) order by s.place),
           lines     => array(select (s.sent ->> 'line')::integer
                                from json_array_elements(:body::json) with ordinality as s (sent, place) order by s.place)) as q;
