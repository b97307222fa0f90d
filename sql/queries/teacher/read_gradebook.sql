-- GET /teacher/classes/{class_id}/gradebook: students x assignments with totals, as pieces of one JSON text in their order.
--   :token_digest bytea   :class_id uuid
with cells as (
    select g.* from api.read_gradebook(token_digest => :token_digest, class_id => :class_id) as g
), assignments as (
    select json_agg(json_build_object('id', a.assignment_id, 'title', a.assignment_title,
                                      'max_score', a.max_score, 'deadline', a.deadline)
                    order by a.deadline, a.assignment_id) as list
      from (select distinct c.assignment_id, c.assignment_title, c.max_score, c.deadline
              from cells c
             where c.assignment_id is not null) a
), students as (
    select row_number() over (order by c.student_name, c.student_id) as place,
           json_build_object('id', c.student_id, 'name', c.student_name, 'email', c.student_email,
                             'scores', coalesce(json_object_agg(c.assignment_id, c.score)
                                                filter (where c.assignment_id is not null), '{}'),
                             'total', coalesce(sum(c.score), 0),
                             'hidden', case when bool_or(c.hidden) then 'until_marked' end) as student
      from cells c
     where c.student_id is not null
     group by c.student_id, c.student_name, c.student_email
), pieces as (
    select 0::bigint as place,
           '{"class":' || json_build_object('id', c.id, 'name', c.class_name)
           || ',"assignments":' || coalesce((select a.list from assignments a), '[]') || ',"students":[' as piece
      from (select c.id, c.class_name from cells c limit 1) c
     union all
    select s.place, case when s.place > 1 then ',' else '' end || s.student from students s
     union all
    select (select count(*) + 1 from students s), ']}'
)
select null as name, convert_to(p.piece, 'UTF8') as piece from pieces p order by p.place;
