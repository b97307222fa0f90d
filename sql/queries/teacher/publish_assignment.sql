-- POST /teacher/assignments/{assignment_id}/publish: the assignment.
--   :token_digest bytea   :assignment_id uuid
select case when a.deadline <= now()
            then (to_jsonb(a) || jsonb_build_object('warning', 'The deadline has passed already: nobody can hand in anything.'))::json
            else to_json(a) end as body
  from api.publish_assignment(token_digest => :token_digest, assignment_id => :assignment_id) as a;
