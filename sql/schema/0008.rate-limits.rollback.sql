drop table assay.rate_limits cascade;
