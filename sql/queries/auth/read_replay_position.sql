-- Asked of a replica: how far it is.
select position.replayed, position.committed_at
  from api.replay_position() as position(replayed, committed_at);
