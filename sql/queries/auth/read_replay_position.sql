-- Asked of a replica: how far it is, and of which database it is one.
select position.replayed, position.committed_at, position.database
  from api.replay_position() as position(replayed, committed_at, database);
