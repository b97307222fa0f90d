-- A worker process ends.
--   :worker integer
select work.leave_line(worker => :worker);
