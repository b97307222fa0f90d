-- Processes with a replica: whether the session lives, and what its person has written.
--   :token_digest bytea
select session.written
  from api.read_session(token_digest => :token_digest) as session(written);
