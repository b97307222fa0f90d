-- assay rotate-secret: new tokens for old ones; answers how many were still the old ones.
--   :teacher_ids uuid[]   :providers text[]   :earlier bytea[]   :sealed bytea[]
select operator.reseal_keys(teacher_ids => :teacher_ids, providers => :providers, earlier => :earlier, sealed => :sealed) as resealed;
