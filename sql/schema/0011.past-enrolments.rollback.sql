drop table assay.past_enrolments cascade;
