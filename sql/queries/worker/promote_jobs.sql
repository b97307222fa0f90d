-- Jobs whose waiting is over go to the line; answers where in it to begin to look.
--   :since uuid
select worker.promote_jobs(since => :since) as since;
