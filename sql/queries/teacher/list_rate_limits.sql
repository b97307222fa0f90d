-- GET /teacher/rate-limits: how often each kind of request may be made.
--   :token_digest bytea
select json_build_object('items', json_agg(json_build_object('scope', r.scope, 'limit', r.rule) order by r.scope), 'next_cursor', null) as body
  from api.read_rate_limits(token_digest => :token_digest) as r;
