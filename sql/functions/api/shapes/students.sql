-- A student as a teacher sees them.
create view api.students as
select s.id,
       s.name,
       s.email,
       s.total_gold_coins,
       s.class_ids,
       s.created_at
  from reporting.students s;

comment on view api.students is 'The shape of a student in the HTTP API, for teachers.';
comment on column api.students.class_ids        is 'The classes they are in.';
