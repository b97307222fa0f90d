-- POST /auth/password/reset: a new password; every session of the account has ended.
--   :mail_token bytea   :password_hash text
select json_build_object('status', 'password_reset') as body
  from api.reset_password(mail_token => :mail_token, password_hash => :password_hash);
