-- A student and all they wrote leave the database.
create function api.delete_student(token bytea, student_id uuid)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me assay.teachers := assay.teacher(token);
begin
    perform assay.act_as('teacher', me.id);
    -- In the order in which every writer of several rows locks them: submissions, students, classes, counts of submissions, each by id.
    perform from assay.submissions x where x.student_id = delete_student.student_id order by x.id for update;
    perform from assay.students s where s.id = delete_student.student_id for update;
    perform from assay.classes c
      where c.id in (select e.class_id from assay.enrolments e where e.student_id = delete_student.student_id)
      order by c.id for no key update;
    delete from assay.students s
     where s.id = delete_student.student_id
       and (exists (select
                      from assay.enrolments e
                      join assay.classes c on c.id = e.class_id
                     where e.student_id = s.id and c.teacher_id = me.id)
            or not exists (select from assay.enrolments e where e.student_id = s.id));
    if not found then
        perform assay.refuse('not_found');
    end if;
end
$$;

comment on function api.delete_student(bytea, uuid) is
    'Deletes a student with their sessions, enrolments, jobs, submissions and ledger: one of the calling teacher''s classes, or of nobody''s; else 404 not_found.';
