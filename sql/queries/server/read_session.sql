-- A new connection: who it is, which server process is behind it, and which settings are not as wanted.
--   :names text[]   :wanted text[]   :limited boolean (statements must end by themselves)
select current_user::text as role, pg_backend_pid() as backend,
       array(select t.name from unnest(:names::text[], :wanted::text[]) as t (name, value) where current_setting(t.name) <> t.value
             union all
             select 'statement_timeout' where :limited and current_setting('statement_timeout') = '0') as changed;
