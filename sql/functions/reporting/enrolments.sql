-- Who is in which class.
create or replace view reporting.enrolments as
select e.class_id,
       c.name as class_name,
       c.teacher_id,
       e.student_id,
       s.name as student_name,
       s.email as student_email,
       e.enrolled_at
  from assay.enrolments e
  join assay.classes c  on c.id = e.class_id
  join assay.students s on s.id = e.student_id;

comment on view reporting.enrolments is
'One row per student and class they are in.
Example: select class_name, student_name, enrolled_at from reporting.enrolments order by 1, 2;';
comment on column reporting.enrolments.class_name    is 'The class, by name.';
comment on column reporting.enrolments.student_name  is 'The student, by name.';
comment on column reporting.enrolments.student_email is 'The student, by address.';
