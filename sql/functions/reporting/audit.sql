-- Who wrote what, and when.
create or replace view reporting.audit as
select u.id,
       u.table_name,
       u.row_key,
       u.action,
       u.columns,
       u.actor,
       u.actor_id,
       coalesce(t.name, s.name) as actor_name,
       u.reason,
       u.created_at,
       u.login
  from assay.audit u
  left join assay.teachers t on t.id = u.actor_id
  left join assay.students s on s.id = u.actor_id;

comment on view reporting.audit is
'One row per row that was inserted, changed or deleted in a table that people write. No value is kept, only which columns changed.
Example: select created_at, actor, actor_name, action, table_name, row_key, columns, reason from reporting.audit order by id desc limit 50;';
comment on column reporting.audit.actor_name is 'The same, by name; null when they are not in the database any more.';
