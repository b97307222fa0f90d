-- POST /auth/login, second half: a session.
--   :account_id uuid   :password_hash text   :new_hash text   :token_digest bytea
select json_build_object(
           'role', l.role,
           'expires_at', l.expires_at,
           'user', json_build_object('id', l.id, 'name', l.name, 'email', l.email)) as body
  from api.log_in(account_id => :account_id, password_hash => :password_hash, new_hash => :new_hash, token_digest => :token_digest) as l;
