-- Processes with a replica: the caller has changed something.
--   :token bytea
select note.done
  from api.note_write(token => :token) as note(done);
