-- Registered students.
create or replace view reporting.students as
select s.id,
       s.name,
       s.email,
       s.email_verified_at,
       s.total_gold_coins,
       array(select e.class_id from assay.enrolments e where e.student_id = s.id order by e.class_id) as class_ids,
       s.created_at
  from assay.students s;

comment on view reporting.students is
'One row per registered student.
Example: select name, email, total_gold_coins from reporting.students order by total_gold_coins desc;';
comment on column reporting.students.email_verified_at is 'When they opened the mailed link; before that they are no student, but wait in assay.registrations.';
comment on column reporting.students.class_ids         is 'The classes they are in.';
