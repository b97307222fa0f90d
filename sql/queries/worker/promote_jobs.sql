-- Jobs whose waiting is over become ready; answers where in the queue to begin to look.
--   :since uuid
select worker.promote_jobs(since => :since) as since;
