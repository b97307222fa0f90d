drop table assay.finished_jobs cascade;
drop table assay.jobs cascade;
drop table assay.workers cascade;
