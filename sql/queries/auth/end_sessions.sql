-- DELETE /auth/sessions: every token of the account is dead at once.
--   :token_digest bytea
select api.end_my_sessions(token_digest => :token_digest);
