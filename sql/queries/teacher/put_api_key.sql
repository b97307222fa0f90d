-- PUT /teacher/api-keys/{provider}: what is shown of the stored key.
--   :token_digest bytea   :provider text   :sealed bytea   :last4 text   :calls_per_day integer
select json_build_object('provider', k.provider, 'last4', k.last4, 'created_at', k.created_at,
                         'state', k.state, 'last_ok_at', k.last_ok_at, 'last_error', k.last_error, 'calls_per_day', k.calls_per_day, 'calls_today', k.calls_today) as body
  from api.put_api_key(token_digest => :token_digest, provider => :provider, sealed => :sealed, last4 => :last4,
                       calls_per_day => :calls_per_day) as k;
