drop table assay.submission_counts cascade;
drop table assay.assignments cascade;
