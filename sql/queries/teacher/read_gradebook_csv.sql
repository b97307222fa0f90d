-- GET /teacher/classes/{class_id}/gradebook as CSV: a line per student, a column per assignment (and per criterion), the total last.
--   :token_digest bytea   :class_id uuid   :separator text (comma or semicolon)   :criteria boolean (a column for each criterion, too)
with cells as (
    select g.* from api.read_gradebook(token_digest => :token_digest, class_id => :class_id, with_criteria => :criteria) as g
), style as (
    select case :separator when 'semicolon' then ';' else ',' end as mark
), columns as (
    select distinct c.assignment_id, c.deadline, c.number, c.assignment_title || coalesce(': ' || c.criterion, '') as title
      from cells c
     where c.assignment_id is not null
), titles as (
    select c.*,
           -- Which of those of that name it is, as it is written: heads are unique, those of the other columns too.
           row_number() over (partition by lower(api.csv_cell(c.title)) order by c.deadline, c.assignment_id, c.number)
           + (lower(c.title) in ('student', 'email', 'total'))::integer as place
      from columns c
), heads as (
    select t.assignment_id, t.deadline, t.number,
           t.title || case when t.place > 1 or t.title ~ ' \(\d+\)$' then ' (' || t.place || ')' else '' end as head
      from titles t
), head_line as (
    select string_agg(s.mark || api.csv_cell(h.head), '' order by h.deadline, h.assignment_id, h.number) as line
      from heads h, style s
), students as (
    select row_number() over (order by c.student_name, c.student_id) as place,
           api.csv_cell(c.student_name) || min(s.mark) || api.csv_cell(c.student_email)
           || coalesce(string_agg(s.mark || coalesce(c.score::text, ''), '' order by c.deadline, c.assignment_id, c.number)
                       filter (where c.assignment_id is not null), '')
           || min(s.mark) || coalesce(sum(c.score) filter (where c.number = 0), 0) as line
      from cells c, style s
     where c.student_id is not null
     group by c.student_id, c.student_name, c.student_email
), lines as (
    -- The mark at the beginning tells spreadsheets that this is UTF-8.
    select 0::bigint as place,
           U&'\FEFF' || '"student"' || s.mark || '"email"' || coalesce(h.line, '') || s.mark || '"total"' as line
      from head_line h, style s
     union all
    select s.place, s.line from students s
)
select (select c.class_name from cells c limit 1) || '-gradebook.csv' as name,
       convert_to(l.line || E'\r\n', 'UTF8') as piece
  from lines l
 order by l.place;
