-- Processes with a replica, of the primary: how far it is, and which database it is.
select position.flushed, position.told_at, position.database
  from api.log_position() as position(flushed, told_at, database);
