alter table assay.students reset (autovacuum_vacuum_scale_factor);
drop index assay.students_named;
