-- GET /teacher/classes/{class_id}/gradebook as CSV: a line per student, a column per assignment, the total last.
--   :token bytea   :class_id uuid
with cells as (
    select g.* from api.read_gradebook(token => :token, class_id => :class_id) as g
), titles as (
    select string_agg(',' || api.csv_cell(a.assignment_title), '' order by a.deadline, a.assignment_id) as line
      from (select distinct c.assignment_id, c.assignment_title, c.deadline
              from cells c
             where c.assignment_id is not null) a
), students as (
    select row_number() over (order by c.student_name, c.student_id) as place,
           api.csv_cell(c.student_name) || ',' || api.csv_cell(c.student_email)
           || coalesce(string_agg(',' || coalesce(c.score::text, ''), '' order by c.deadline, c.assignment_id)
                       filter (where c.assignment_id is not null), '')
           || ',' || coalesce(sum(c.score), 0) as line
      from cells c
     where c.student_id is not null
     group by c.student_id, c.student_name, c.student_email
), lines as (
    select 0::bigint as place, '"student","email"' || coalesce(t.line, '') || ',"total"' as line from titles t
     union all
    select s.place, s.line from students s
)
select (select c.class_name from cells c limit 1) || '-gradebook.csv' as name,
       convert_to(l.line || E'\r\n', 'UTF8') as piece
  from lines l
 order by l.place;
