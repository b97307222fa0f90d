drop schema api cascade;
drop schema work cascade;
drop schema reporting cascade;
drop schema assay cascade;
alter default privileges grant usage on types to public;
alter default privileges grant execute on routines to public;
