-- What ran under a dead worker goes back to the queue.
--   :lease_seconds double precision
select worker.rescue_jobs(lease_seconds => :lease_seconds) as rescued;
