-- Teachers.
create or replace view reporting.teachers as
select t.id,
       t.name,
       t.email,
       t.password_hash is not null as can_log_in,
       t.created_at
  from assay.teachers t;

comment on view reporting.teachers is
'One row per teacher.
Example: select name, email, can_log_in from reporting.teachers order by created_at;';
comment on column reporting.teachers.id         is 'The teacher.';
comment on column reporting.teachers.name       is 'Their name.';
comment on column reporting.teachers.email      is 'Their address.';
comment on column reporting.teachers.can_log_in is 'False: invited, but no password was set yet.';
comment on column reporting.teachers.created_at is 'When they were created or invited.';
