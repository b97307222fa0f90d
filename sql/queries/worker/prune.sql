-- What nobody may ask about any more goes.
--   :keep_days integer   :most integer
select worker.prune(keep_days => :keep_days, most => :most) as pruned;
