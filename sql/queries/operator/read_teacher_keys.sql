-- assay check-ai: a teacher's sealed keys; one row without a key when none is stored, none for an unknown address.
--   :email text
select k.teacher_id, k.provider, k.sealed
  from operator.read_teacher_keys(email => :email) as k
 order by k.provider;
