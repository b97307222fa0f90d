-- Classes.
create or replace view reporting.classes as
select c.id,
       c.teacher_id,
       t.name as teacher_name,
       c.name,
       c.student_count,
       c.created_at,
       c.deleted_at,
       c.instructions
  from assay.classes c
  join assay.teachers t on t.id = c.teacher_id;

comment on view reporting.classes is
'One row per class, deleted ones included.
Example: select teacher_name, name, student_count from reporting.classes where deleted_at is null order by 1, 2;';
comment on column reporting.classes.teacher_name  is 'Whose class it is, by name.';
