-- The classes that a student is in.
create or replace function assay.classes_of(student_id uuid, class_id uuid)
    returns table (id uuid, teacher_id uuid)
    language sql stable
begin atomic
    select c.id, c.teacher_id
      from assay.enrolments e
      join assay.classes c on c.id = e.class_id
     where e.student_id = classes_of.student_id
       and (classes_of.class_id is null or c.id = classes_of.class_id)
       and c.deleted_at is null;
end;

comment on function assay.classes_of(uuid, uuid) is 'The classes of a student that are not deleted, with their teachers; or of them this one.';
