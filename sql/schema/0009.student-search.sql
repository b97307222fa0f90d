-- depends: 0008.rate-limits
-- Teachers find students by a part of their name or address.
create extension pg_trgm with schema assay;

create index students_by_name_part  on assay.students using gin (name assay.gin_trgm_ops);
create index students_by_email_part on assay.students using gin (email assay.gin_trgm_ops);
