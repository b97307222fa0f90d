-- Processes with a replica, of the primary: how far it is.
select position.flushed, position.told_at
  from api.log_position() as position(flushed, told_at);
