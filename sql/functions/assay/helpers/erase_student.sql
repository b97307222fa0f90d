-- A student and all they wrote leave the database.
create or replace function assay.erase_student(student_id uuid)
    returns integer
    language plpgsql volatile
    set search_path = ''
as $$
declare
    texts integer;
begin
    -- In the order in which every writer of several rows locks them: submissions, students, classes, counts of submissions, each by id.
    perform from assay.submissions x where x.student_id = erase_student.student_id order by x.id for update;
    get diagnostics texts = row_count;
    perform from assay.students s where s.id = erase_student.student_id for update;
    perform from assay.classes c
      where c.id in (select e.class_id from assay.enrolments e where e.student_id = erase_student.student_id)
      order by c.id for no key update;
    delete from assay.students s where s.id = erase_student.student_id;
    return texts;
end
$$;

comment on function assay.erase_student(uuid) is
    'Deletes a student with their sessions, enrolments, jobs, submissions and ledger. Answers how many submissions they had.';
