-- Functions with their owner's rights outside api, worker and operator; and API functions without them (a parallel safe one only packs an answer).
-- as in: create function assay.bare() returns int language sql security definer return 1
select p.oid::regprocedure::text as offender
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where (p.prosecdef and n.nspname in ('assay', 'reporting'))
    or (not p.prosecdef and n.nspname in ('api', 'worker', 'operator') and p.proparallel <> 's');
