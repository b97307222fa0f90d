-- Is this student the caller's, or nobody's?
create or replace function assay.require_student_of_nobody_else(teacher_id uuid, student_id uuid)
    returns void
    language plpgsql volatile
    set search_path = ''
as $$
declare
    others integer;
begin
    select count(*) into others
      from (select c.teacher_id
              from assay.enrolments e
              join assay.classes c on c.id = e.class_id
             where e.student_id = require_student_of_nobody_else.student_id
             union
            select a.teacher_id
              from assay.submissions x
              join assay.assignments a on a.id = x.assignment_id
             where x.student_id = require_student_of_nobody_else.student_id
             union
            select j.teacher_id
              from assay.jobs j
             where j.student_id = require_student_of_nobody_else.student_id) concerned
     where concerned.teacher_id <> require_student_of_nobody_else.teacher_id;
    if others > 0 then
        perform assay.refuse('student_of_others', jsonb_build_object('teachers', others));
    end if;
end
$$;

comment on function assay.require_student_of_nobody_else(uuid, uuid) is
    'Raises 409 student_of_others, with how many teachers, when another teacher has the student in a class, or has a text of theirs, graded or waiting.';
