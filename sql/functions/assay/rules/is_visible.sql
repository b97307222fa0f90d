-- May this student see this assignment?
create or replace function assay.is_visible(student_id uuid, assignment_id uuid)
    returns boolean
    language sql stable
begin atomic
    select exists (
        select
          from assay.assignments a
          join assay.classes c    on c.teacher_id = a.teacher_id and (a.class_id is null or a.class_id = c.id)
          join assay.enrolments e on e.class_id = c.id
         where a.id = is_visible.assignment_id
           and a.published_at is not null
           and a.deleted_at is null
           and c.deleted_at is null
           and e.student_id = is_visible.student_id);
end;

comment on function assay.is_visible(uuid, uuid) is
    'True when the assignment is for a class the student is in: for that class, or for all classes of its teacher.';
