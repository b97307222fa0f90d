-- Who was in which class, and when.
create or replace view reporting.enrolment_history as
select e.class_id,
       e.student_id,
       e.enrolled_at,
       null::timestamptz as left_at
  from assay.enrolments e
union all
select p.class_id,
       p.student_id,
       p.enrolled_at,
       p.left_at
  from assay.past_enrolments p;

comment on view reporting.enrolment_history is
'One row per time that a student was in a class, past ones included.
Example: select student_id, enrolled_at, left_at from reporting.enrolment_history where class_id = ''00000000-0000-0000-0000-000000000000'' order by enrolled_at;';
comment on column reporting.enrolment_history.class_id    is 'The class.';
comment on column reporting.enrolment_history.student_id  is 'The student.';
comment on column reporting.enrolment_history.enrolled_at is 'Since when.';
comment on column reporting.enrolment_history.left_at     is 'Until when; null: they are in it now.';
