-- depends: 0008.rate-limits
-- Teachers find students by a part of their name or address.
create schema if not exists extensions;
comment on schema extensions is 'What PostgreSQL''s own extensions bring along: pg_trgm, for finding a part of a name.';

create extension if not exists pg_trgm with schema extensions;

-- The extension may have been there before, in another schema.
set local search_path = extensions, public;
create index students_by_name_part  on assay.students using gin (name gin_trgm_ops);
create index students_by_email_part on assay.students using gin (email gin_trgm_ops);
set local search_path = '';
