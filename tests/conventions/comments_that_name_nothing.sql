-- Comments on relations, columns and functions that name a table, view, domain or function of ours which there is not.
-- as in: comment on function assay.nfc(text) is 'As assay.normal_form.'
select case d.classoid when 'pg_proc'::regclass then d.objoid::regprocedure::text else d.objoid::regclass::text end as offender, m.found[1] as name
  from pg_description d
 cross join regexp_matches(d.description, '\m((?:assay|reporting|worker|operator|api)\.[a-z][a-z0-9_]*)', 'g') as m (found)
 where d.classoid in ('pg_proc'::regclass, 'pg_class'::regclass)
   and to_regclass(m.found[1]) is null
   and to_regtype(m.found[1]) is null
   and not exists (select from pg_proc p join pg_namespace s on s.oid = p.pronamespace where s.nspname || '.' || p.proname = m.found[1])
 order by 1, 2;
