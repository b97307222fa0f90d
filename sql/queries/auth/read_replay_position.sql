-- Asked of a replica: how far it is.
select position.replayed
  from api.replay_position() as position(replayed);
