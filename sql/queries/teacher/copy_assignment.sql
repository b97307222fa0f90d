-- POST /teacher/assignments/{assignment_id}/copy: 201 an unpublished copy.
--   :token_digest bytea   :assignment_id uuid   :body json {title?, deadline, class_id? (null: for all classes)}
select case when a.deadline <= now()
            then (to_jsonb(a) || jsonb_build_object('warning', 'The deadline has passed already: nobody can hand in anything.'))::json
            else to_json(a) end as body
  from api.copy_assignment(
           token_digest  => :token_digest,
           assignment_id => :assignment_id,
           title         => :body::json ->> 'title',
           deadline      => (:body::json ->> 'deadline')::timestamptz,
           class_given   => :body::jsonb ? 'class_id',
           class_id      => (:body::json ->> 'class_id')::uuid) as a;
