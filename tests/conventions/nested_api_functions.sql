-- API functions, and those of workers and operators, that call another one.
-- as in: create function api.bare(token_digest bytea) returns void language plpgsql security definer as 'begin perform api.log_out(token_digest); end'
select p.oid::regprocedure::text as offender, d.proname as calls
  from pg_proc p
  join pg_proc d on d.pronamespace in ('api'::regnamespace, 'worker'::regnamespace, 'operator'::regnamespace)
 where p.pronamespace in ('api'::regnamespace, 'worker'::regnamespace, 'operator'::regnamespace)
   and p.oid <> d.oid
   and regexp_replace(pg_get_functiondef(p.oid), '^.*?(\$function\$|BEGIN ATOMIC)', '')
       ~ format('\m(api|worker|operator)\.%s\s*\(', d.proname);
