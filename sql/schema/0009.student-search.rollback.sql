drop index assay.students_by_email_part;
drop index assay.students_by_name_part;
drop extension pg_trgm;
drop schema extensions;
