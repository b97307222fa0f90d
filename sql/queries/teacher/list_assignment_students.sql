-- GET /teacher/assignments/{assignment_id}/students: where each student of its classes stands.
--   :token_digest bytea   :assignment_id uuid   :state text   :limit integer   :cursor uuid
select api.page(array_agg(json_build_object('student', s.student, 'state', s.state, 'answered', s.answered, 'score', s.score,
                                            'submitted_at', s.submitted_at, 'released_at', s.released_at) order by s.id desc),
                array_agg(s.id order by s.id desc), :limit::integer) as body
  from api.list_assignment_students(token_digest => :token_digest, assignment_id => :assignment_id, wanted_state => :state, after => :cursor,
                                    most => :limit::integer + 1) as s;
