-- A worker process ends; answers how many unfinished jobs went back to the queue.
--   :worker integer
select worker.deregister_worker(worker => :worker) as released;
