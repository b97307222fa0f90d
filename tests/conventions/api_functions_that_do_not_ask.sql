-- API functions that do not find out who calls, but for those that are open to everybody (a parallel safe one only packs an answer).
-- as in: create function api.bare() returns int language sql security definer return 1
with public_functions (name) as (
    values ('register'), ('verify_email'), ('resend_verification'), ('read_login'), ('log_in'), ('forgot_password'), ('reset_password'),
           ('list_rate_limits'), ('read_readiness'), ('note_write'), ('replay_position'), ('log_position'), ('read_figures')
)
select p.oid::regprocedure::text as offender
  from pg_proc p
 where p.pronamespace = 'api'::regnamespace
   and p.proparallel <> 's'
   and p.proname not in (select d.name from public_functions d)
   and (p.proargnames[1] is distinct from 'token_digest'
        or pg_get_functiondef(p.oid) !~ 'assay\.(teacher|student|caller|refuse_caller)\(');
