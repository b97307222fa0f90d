-- PUT /student/assignments/{assignment_id}/answers/{number}: what is saved now.
--   :token_digest bytea   :assignment_id uuid   :number integer   :body json {answer: {picked?, indents?, texts?}}
select json_build_object('number', :number::integer, 'answer', api.packed_answer(s.kind, a.picked, a.indents, a.texts),
                         'attempt', s.attempt, 'saved_at', s.saved_at) as body
  from json_to_record(:body::json -> 'answer') as a (picked smallint[], indents smallint[], texts text[])
 cross join lateral api.save_answer(token_digest => :token_digest, assignment_id => :assignment_id, number => :number::integer,
                                    picked => a.picked, indents => a.indents, texts => a.texts) as s;
