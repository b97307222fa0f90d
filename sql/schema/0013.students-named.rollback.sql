alter table assay.students reset (fillfactor, autovacuum_vacuum_scale_factor);
drop index assay.students_named;
