-- Classes.
create or replace view reporting.classes as
select c.id,
       c.teacher_id,
       t.name as teacher_name,
       c.name,
       c.student_count,
       c.created_at,
       c.deleted_at
  from assay.classes c
  join assay.teachers t on t.id = c.teacher_id;

comment on view reporting.classes is
'One row per class, deleted ones included.
Example: select teacher_name, name, student_count from reporting.classes where deleted_at is null order by 1, 2;';
comment on column reporting.classes.id            is 'The class.';
comment on column reporting.classes.teacher_id    is 'Whose class it is.';
comment on column reporting.classes.teacher_name  is 'Whose class it is, by name.';
comment on column reporting.classes.name          is 'The name of the class.';
comment on column reporting.classes.student_count is 'How many students are in it now.';
comment on column reporting.classes.created_at    is 'When it was created.';
comment on column reporting.classes.deleted_at    is 'Null while it exists for its users.';
