-- GET /auth/me: who calls.
--   :token_digest bytea
select json_strip_nulls(to_json(me)) as body
  from api.read_me(token_digest => :token_digest) as me;
