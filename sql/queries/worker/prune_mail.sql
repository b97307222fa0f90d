-- Registrations that nobody can open any more go, and old mail.
--   :keep_days integer   :most integer
select worker.prune_mail(keep_days => :keep_days, most => :most) as pruned;
