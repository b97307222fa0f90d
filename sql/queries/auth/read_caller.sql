-- Who calls, asked before what was sent is read, and when this process meets a token for the first time.
--   :token_digest bytea   :audience text
select api.read_caller(token_digest => :token_digest, audience => :audience) as account_id;
