-- A heartbeat; false when the lease had run out.
--   :worker integer   :lease_seconds double precision
select worker.extend_lease(worker => :worker, lease_seconds => :lease_seconds) as alive;
