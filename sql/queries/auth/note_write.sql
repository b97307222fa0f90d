-- Processes with a replica: the caller has changed something.
--   :token_digest bytea
select note.done
  from api.note_write(token_digest => :token_digest) as note(done);
