-- Processes with a replica: whether the session lives, and what its person has written.
--   :token bytea
select session.written
  from api.read_session(token => :token) as session(written);
