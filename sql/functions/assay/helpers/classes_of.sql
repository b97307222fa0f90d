-- The classes that a student is in.
create or replace function assay.classes_of(student_id uuid, class_id uuid)
    returns table (id uuid, teacher_id uuid, class json, teacher json)
    language sql stable
begin atomic
    select c.id, c.teacher_id, json_object('id': c.id, 'name': c.name), json_object('id': t.id, 'name': t.name)
      from assay.enrolments e
      join assay.classes c  on c.id = e.class_id
      join assay.teachers t on t.id = c.teacher_id
     where e.student_id = classes_of.student_id
       and (classes_of.class_id is null or e.class_id = classes_of.class_id)
       and c.deleted_at is null;
end;

comment on function assay.classes_of(uuid, uuid) is 'The classes of a student that are not deleted, with their teachers, each as id and name too; or of them this one.';
