drop table assay.ai_attempts cascade;
drop table assay.ai_models cascade;
drop table assay.api_keys cascade;
