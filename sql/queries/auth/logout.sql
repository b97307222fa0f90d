-- POST /auth/logout: the token is dead at once.
--   :token_digest bytea
select api.log_out(token_digest => :token_digest);
