drop table assay.assignments cascade;
