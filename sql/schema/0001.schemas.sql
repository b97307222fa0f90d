-- The schemas, what each role may do in them (the roles themselves: sql/roles.sql), and the register of errors.
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

-- The one register of errors. Its rows are those of sql/error_codes.csv, which every `assay migrate` brings in.
create table assay.error_codes (
    code     text primary key,
    status   integer not null,
    shown_as text references assay.error_codes,
    field    text,
    sentence text not null,
    constraint status_is_an_error      check (status between 400 and 599),
    constraint sentence_ends_like_one  check (sentence ~ '^\S.*\.$')
);

comment on table assay.error_codes is 'Every error that assay knows, by its code: a rule that refuses (a constraint, an index or a trigger of that name), or what an API function says no with.';
comment on column assay.error_codes.code     is 'The name of the rule, or what programs know the error by.';
comment on column assay.error_codes.status   is 'The HTTP status.';
comment on column assay.error_codes.shown_as is 'The code that clients of the HTTP API see, with this one as details.rule; null: this one itself.';
comment on column assay.error_codes.field    is 'Which field of a request the rule speaks of; null: none.';
comment on column assay.error_codes.sentence is 'What is said to people. {name} stands for an entry of the error''s details.';
