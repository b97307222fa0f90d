-- assay rotate-secret: the next sealed keys, after the given one.
--   :after_teacher uuid   :after_provider text   :most integer
select k.teacher_id, k.provider, k.sealed
  from operator.list_sealed_keys(after_teacher => :after_teacher, after_provider => :after_provider, most => :most) as k
 order by k.teacher_id, k.provider;
