-- What ran under a dead worker goes back to the line.
select work.rescue_jobs() as rescued;
