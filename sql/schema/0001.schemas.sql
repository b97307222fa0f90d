-- The four schemas, and what each role may do in them (the roles themselves: sql/roles.sql).
-- The global form of "alter default privileges": with "in schema" it could not take away PUBLIC's default EXECUTE.
alter default privileges revoke execute on routines from public;
alter default privileges revoke usage on types from public;

create schema assay;
create schema reporting;
create schema work;
create schema api;

comment on schema assay     is 'The base tables, and the triggers and helpers that keep their rules. Owner: assay_owner; nobody else reads it.';
comment on schema reporting is 'Views for people: one definition of each thing. Role assay_dba_read selects from them; the API answers from them.';
comment on schema work      is 'What a grading worker may do: take jobs, finish them, fail them. Role assay_app executes it.';
comment on schema api       is 'Doors: what a request may do. Each begins by asking who calls, from the digest of the token. Role assay_app executes it.';

grant usage on schema api       to assay_app;
grant usage on schema work      to assay_app;
grant usage on schema reporting to assay_dba_read;

alter default privileges in schema api       grant execute on routines to assay_app;
alter default privileges in schema work      grant execute on routines to assay_app;
alter default privileges in schema reporting grant select  on tables   to assay_dba_read;
alter default privileges in schema reporting grant execute on routines to assay_dba_read;
