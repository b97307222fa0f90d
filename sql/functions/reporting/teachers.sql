-- Teachers.
create or replace view reporting.teachers as
select t.id,
       t.name,
       t.email,
       t.password_hash is not null and t.disabled_at is null as can_log_in,
       t.created_at,
       t.disabled_at
  from assay.teachers t
 where t.deleted_at is null;

comment on view reporting.teachers is
'One row per teacher; without those whose account was deleted.
Example: select name, email, can_log_in, disabled_at from reporting.teachers order by created_at;';
comment on column reporting.teachers.can_log_in is 'False: invited and no password was set yet, or disabled.';
