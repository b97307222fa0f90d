-- POST /teacher/assignments/{assignment_id}/cases: the new cases.
--   :token_digest bytea   :assignment_id uuid   :content text (of a case with a label)   :body json {label} or {submission_ids} or {draw}
select json_build_object('cases', coalesce(json_agg(json_build_object('id', c.case_id, 'label', c.case_label, 'status', c.status) order by c.case_id), '[]')) as body
  from api.add_cases(
           token_digest   => :token_digest,
           assignment_id  => :assignment_id,
           label          => :body::json ->> 'label',
           content        => :content,
           submission_ids => array(select s.id::uuid from json_array_elements_text(:body::json -> 'submission_ids') as s (id)),
           draw           => (:body::json ->> 'draw')::integer) as c;
