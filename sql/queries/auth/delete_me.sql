-- POST /auth/me/delete, second half: the account is gone.
--   :token_digest bytea   :password_hash text
select api.delete_me(token_digest => :token_digest, password_hash => :password_hash);
