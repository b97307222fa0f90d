-- GET /auth/me: who calls.
--   :token bytea
select json_strip_nulls(to_json(me)) as body
  from api.read_me(token => :token) as me;
