-- GET /teacher/classes/{class_id}/gradebook as CSV: a line per student, a column per assignment, the total last.
--   :token bytea   :class_id uuid
with cells as (
    select g.* from api.read_gradebook(token => :token, class_id => :class_id) as g
), header as (
    select '"student","email"'
           || coalesce(string_agg(',' || api.csv_cell(a.assignment_title), '' order by a.deadline, a.assignment_id), '')
           || ',"total"' as line
      from (select distinct c.assignment_id, c.assignment_title, c.deadline
              from cells c
             where c.assignment_id is not null) a
), lines as (
    select string_agg(s.line, '' order by s.student_name, s.student_id) as text
      from (select c.student_name, c.student_id,
                   api.csv_cell(c.student_name) || ',' || api.csv_cell(c.student_email)
                   || coalesce(string_agg(',' || coalesce(c.score::text, ''), '' order by c.deadline, c.assignment_id)
                               filter (where c.assignment_id is not null), '')
                   || ',' || coalesce(sum(c.score), 0) || E'\r\n' as line
              from cells c
             where c.student_id is not null
             group by c.student_id, c.student_name, c.student_email) s
)
select (select c.class_name from cells c limit 1) || '-gradebook.csv' as name,
       h.line || E'\r\n' || coalesce(l.text, '') as content
  from header h, lines l;
