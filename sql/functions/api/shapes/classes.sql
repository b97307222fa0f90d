-- A class as its teacher sees it.
create view api.classes as
select c.id,
       c.name,
       c.teacher_id,
       c.student_count,
       c.created_at
  from reporting.classes c
 where c.deleted_at is null;

comment on view api.classes is 'The shape of a class in the HTTP API; without deleted ones.';
comment on column api.classes.id            is 'The class.';
comment on column api.classes.name          is 'Its name.';
comment on column api.classes.teacher_id    is 'Whose class it is.';
comment on column api.classes.student_count is 'How many students are in it now.';
comment on column api.classes.created_at    is 'When it was created.';
