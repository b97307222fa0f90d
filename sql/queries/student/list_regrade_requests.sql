-- GET /student/assignments/{assignment_id}/regrade-requests: own ones with what was answered, newest first.
--   :token_digest bytea   :assignment_id uuid   :limit integer   :cursor uuid
select api.page(array_agg(to_json(r) order by r.id desc), array_agg(r.id order by r.id desc), :limit::integer) as body
  from api.list_my_regrade_requests(token_digest => :token_digest, assignment_id => :assignment_id, after => :cursor,
                                    most => :limit::integer + 1) as r;
