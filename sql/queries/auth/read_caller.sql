-- Who calls, asked before what was sent is read, and when this process meets a token for the first time.
--   :token bytea   :audience text
select api.read_caller(token => :token, audience => :audience) as account_id;
