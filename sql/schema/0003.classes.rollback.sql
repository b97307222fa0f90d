drop table assay.enrolments cascade;
drop table assay.classes cascade;
