-- POST /student/assignments/{assignment_id}/regrade-requests: the request, open.
--   :token_digest bytea   :assignment_id uuid   :body json {number?, text}
select to_json(r) as body
  from api.request_regrade(token_digest => :token_digest, assignment_id => :assignment_id,
                           number => (:body::json ->> 'number')::smallint, content => :body::json ->> 'text') as r;
