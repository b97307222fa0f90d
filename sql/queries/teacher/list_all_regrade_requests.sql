-- GET /teacher/regrade-requests: of all own assignments; open ones first, the oldest first.
--   :token_digest bytea   :state text   :limit integer   :cursor uuid
select api.page(array_agg(to_json(r.request) order by r.list_order), array_agg(r.list_order order by r.list_order), :limit::integer) as body
  from api.list_regrade_requests(token_digest => :token_digest, assignment_id => null, wanted_state => :state, after => :cursor,
                                 most => :limit::integer + 1) as r;
