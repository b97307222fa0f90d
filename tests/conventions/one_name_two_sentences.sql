-- Rules that stand on several tables under one name and do not say the same.
-- as in: alter table assay.classes add constraint title_not_blank check (name <> ''); comment on constraint title_not_blank on assay.classes is 'Another.'
select k.conname as offender, array_agg(distinct obj_description(k.oid, 'pg_constraint')) as sentences
  from pg_constraint k
 where k.connamespace = 'assay'::regnamespace and k.contype in ('c', 'u', 'p', 'f', 'x') and k.conname !~ '_(pkey|fkey)$'
 group by k.conname
having count(distinct obj_description(k.oid, 'pg_constraint')) > 1;
