-- A class as its teacher sees it.
create view api.classes as
select c.id,
       c.name,
       c.teacher_id,
       c.student_count,
       c.created_at,
       c.instructions
  from reporting.classes c
 where c.deleted_at is null;

comment on view api.classes is 'The shape of a class in the HTTP API; without deleted ones.';
