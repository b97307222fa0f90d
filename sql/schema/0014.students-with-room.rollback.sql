alter table assay.students reset (fillfactor);
