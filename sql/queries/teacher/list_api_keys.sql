-- GET /teacher/api-keys: which are stored, and whether they work.
--   :token_digest bytea
select json_build_object('items', coalesce(json_agg(
           json_build_object('provider', k.provider, 'last4', k.last4, 'created_at', k.created_at,
                             'state', k.state, 'last_ok_at', k.last_ok_at, 'last_error', k.last_error, 'calls_per_day', k.calls_per_day, 'calls_today', k.calls_today) order by k.provider), '[]'), 'next_cursor', null) as body
  from api.list_api_keys(token_digest => :token_digest) as k;
