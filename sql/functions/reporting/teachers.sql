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
comment on column reporting.teachers.can_log_in is 'False: invited, but no password was set yet.';
