-- A worker process begins, or comes back on a new connection; answers its number.
--   :host text   :lease_seconds double precision   :known_as integer
select worker.register_worker(host => :host, lease_seconds => :lease_seconds, known_as => :known_as) as worker;
