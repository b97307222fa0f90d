-- A worker process begins; answers its number.
--   :seat text   :lease_seconds double precision
select work.join_line(seat => :seat, lease_seconds => :lease_seconds) as worker;
