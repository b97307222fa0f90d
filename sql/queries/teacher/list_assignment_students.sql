-- GET /teacher/assignments/{assignment_id}/students: where each student of its classes stands; newest registration first, or by name.
--   :token_digest bytea   :assignment_id uuid   :state text   :sort text   :limit integer   :cursor text
select api.sorted_page(
           array_agg(json_object('student': x.student, 'state': x.state, 'answered': x.answered, 'score': x.score,
                                 'submitted_at': x.submitted_at, 'released_at': x.released_at, 'hidden': x.hidden)),
           array_agg(api.cursor(x.id, case when :sort::text is not null then encode(convert_to(x.student ->> 'name', 'UTF8'), 'hex') end)),
           :limit::integer) as body
  from api.list_assignment_students(
           token_digest => :token_digest, assignment_id => :assignment_id, wanted_state => :state,
           after => split_part(:cursor::text, '.', 1)::uuid, most => :limit::integer + 1, sort => :sort::text,
           after_name => convert_from(decode(split_part(:cursor::text, '.', 2), 'hex'), 'UTF8') collate "default") as x;
