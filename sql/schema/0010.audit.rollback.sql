drop table assay.audit cascade;
