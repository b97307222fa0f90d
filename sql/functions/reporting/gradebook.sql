-- Students of a class, and what they got for each assignment of it.
create or replace view reporting.gradebook as
select c.id as class_id,
       c.name as class_name,
       c.teacher_id,
       s.id as student_id,
       s.name as student_name,
       s.email as student_email,
       a.id as assignment_id,
       a.title as assignment_title,
       a.max_score,
       a.deadline,
       x.id as submission_id,
       x.score,
       x.graded_at
  from assay.classes c
  left join (assay.enrolments e join assay.students s on s.id = e.student_id) on e.class_id = c.id
  left join assay.assignments a
    on a.teacher_id = c.teacher_id
   and (a.class_id is null or a.class_id = c.id)
   and a.published_at is not null
   and a.deleted_at is null
  left join assay.submissions x on x.assignment_id = a.id and x.student_id = e.student_id and x.released_at is not null
 where c.deleted_at is null;

comment on view reporting.gradebook is
'One row per class, student in it and assignment for it, handed in or not; nulls where a class has no student or no assignment.
Example: select class_name, student_name, assignment_title, score, max_score from reporting.gradebook order by 1, 2, deadline;';
comment on column reporting.gradebook.class_id         is 'The class.';
comment on column reporting.gradebook.class_name       is 'The class, by name.';
comment on column reporting.gradebook.teacher_id       is 'Whose class it is.';
comment on column reporting.gradebook.student_id       is 'The student; null: the class has none.';
comment on column reporting.gradebook.student_name     is 'The student, by name.';
comment on column reporting.gradebook.student_email    is 'The student, by address.';
comment on column reporting.gradebook.assignment_id    is 'The assignment; null: the class has none.';
comment on column reporting.gradebook.assignment_title is 'The assignment, by title.';
comment on column reporting.gradebook.submission_id    is 'The submission; null: none was graded, or its result is held.';
comment on column reporting.gradebook.score            is 'Gold coins; null: none was graded, or the result is held.';
