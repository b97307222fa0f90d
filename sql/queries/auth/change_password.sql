-- POST /auth/password/change, second half: the other sessions have ended.
--   :token_digest bytea   :password_hash text   :new_hash text
select json_build_object('status', 'password_changed') as body
  from api.change_password(token_digest => :token_digest, password_hash => :password_hash, new_hash => :new_hash);
