-- The schemas, and what each role may do in them (the roles themselves: sql/roles.sql).
-- The global form of "alter default privileges": with "in schema" it could not take away PUBLIC's default EXECUTE.
alter default privileges revoke execute on routines from public;
alter default privileges revoke usage on types from public;

create schema assay;
create schema reporting;
create schema worker;
create schema operator;
create schema api;

comment on schema assay     is 'The base tables, and the triggers and helpers that keep their rules. Owner: assay_owner; nobody else reads it.';
comment on schema reporting is 'Views for people: one definition of each thing. Role assay_dba_read selects from them; the API answers from them.';
comment on schema worker    is 'What a worker may do: claim jobs, finish them, fail them. Role assay_worker executes it.';
comment on schema operator  is 'What people who operate assay may do, from the command line or by hand. Role assay_operator executes it.';
comment on schema api       is 'API functions: what a request may do. Each begins by finding out who calls, from the digest of the token. Role assay_api executes it.';

grant usage on schema api       to assay_api;
grant usage on schema worker    to assay_worker;
grant usage on schema operator  to assay_operator;
grant usage on schema reporting to assay_dba_read;

alter default privileges in schema api       grant execute on routines to assay_api;
alter default privileges in schema worker    grant execute on routines to assay_worker;
alter default privileges in schema operator  grant execute on routines to assay_operator;
alter default privileges in schema reporting grant select  on tables   to assay_dba_read;
alter default privileges in schema reporting grant execute on routines to assay_dba_read;

-- For finding students by a part of their name. The extension may have been there before, in another schema.
create schema if not exists extensions;
comment on schema extensions is 'What PostgreSQL''s own extensions bring along: pg_trgm, for finding a part of a name.';
create extension if not exists pg_trgm with schema extensions;
