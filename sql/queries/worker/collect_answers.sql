-- After the deadline: hands in saved answers for those who did not; for how many.
--   :most integer
select worker.collect_answers(most => :most) as collected;
