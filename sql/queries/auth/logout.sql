-- POST /auth/logout: the token is dead at once.
--   :token bytea
select api.log_out(token => :token);
