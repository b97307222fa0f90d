-- API functions, and those of workers and operators, that would answer null without asking who calls, because an argument is null.
-- as in: alter function api.read_me(bytea) strict
select p.oid::regprocedure::text as offender
  from pg_proc p
 where p.pronamespace in ('api'::regnamespace, 'worker'::regnamespace, 'operator'::regnamespace) and p.proisstrict;
