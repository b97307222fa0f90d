-- Rules that are not in force: triggers that were disabled, constraints that were never validated, indexes that are not valid.
-- as in: alter table assay.submissions disable trigger score_in_range
select 'trigger' as kind, format('%I on %s', t.tgname, t.tgrelid::regclass) as offender
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
 where c.relnamespace = 'assay'::regnamespace and t.tgenabled not in ('O', 'A')
union all
select 'constraint', format('%I on %s', k.conname, k.conrelid::regclass)
  from pg_constraint k where k.connamespace = 'assay'::regnamespace and not (k.convalidated and k.conenforced)
union all
select 'index', i.indexrelid::regclass::text
  from pg_index i join pg_class c on c.oid = i.indrelid
 where c.relnamespace = 'assay'::regnamespace and not (i.indisvalid and i.indisready);
