-- POST /auth/password/reset: a new password; every session of the account has ended.
--   :link_digest bytea   :password_hash text
select json_build_object('status', 'password_reset') as body
  from api.reset_password(link_digest => :link_digest, password_hash => :password_hash);
