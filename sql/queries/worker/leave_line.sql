-- A worker process ends; answers how many unfinished jobs went back to the line.
--   :worker integer
select worker.leave_line(worker => :worker) as released;
