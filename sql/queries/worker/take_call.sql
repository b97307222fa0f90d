-- Counts one call of a key before it is made; false when it must not be made.
--   :teacher_id uuid   :provider text
select worker.take_call(teacher_id => :teacher_id, provider => :provider) as taken;
