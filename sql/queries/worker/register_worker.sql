-- A worker process begins, or comes back on a new connection; answers its number.
--   :host text   :lease_seconds double precision   :earlier_id integer
select worker.register_worker(host => :host, lease_seconds => :lease_seconds, earlier_id => :earlier_id) as worker;
