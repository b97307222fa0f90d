drop table assay.links cascade;
drop table assay.sessions cascade;
drop table assay.email_addresses cascade;
drop table assay.teachers cascade;
drop table assay.students cascade;
