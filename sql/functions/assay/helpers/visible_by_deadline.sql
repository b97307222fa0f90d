-- The assignments that a student sees, by their deadlines.
create or replace function assay.visible_by_deadline(
    student_id uuid, latest_first boolean, after uuid, after_key bigint, most integer, class_id uuid, state text)
    returns table (id uuid, title text, max_score integer, deadline timestamptz, takes text, class json, teacher json, place bigint)
    language sql stable
begin atomic
    with classes as (
        select c.* from assay.classes_of(visible_by_deadline.student_id, visible_by_deadline.class_id) c
    ), seen as (
        select a.id, a.title, a.max_score, a.deadline, a.takes, c.class, c.teacher
          from classes c
          join assay.assignments a on a.class_id = c.id and a.published_at is not null and a.deleted_at is null
         union all
        select a.id, a.title, a.max_score, a.deadline, a.takes, null, t.teacher
          from (select distinct on (c.teacher_id) c.teacher_id, c.teacher from classes c) t
          join assay.assignments a on a.teacher_id = t.teacher_id and a.class_id is null
                                  and a.published_at is not null and a.deleted_at is null
    ), placed as (
        select n.*,
               case when visible_by_deadline.latest_first then -1 else 1 end * (extract(epoch from n.deadline) * 1000000)::bigint as place
          from seen n
    )
    select p.*
      from placed p
     where (visible_by_deadline.after is null
            or (p.place, p.id) > (case when visible_by_deadline.latest_first then -1 else 1 end * visible_by_deadline.after_key,
                                  visible_by_deadline.after))
       and (visible_by_deadline.state is null
            or visible_by_deadline.state = assay.state_of_student(visible_by_deadline.student_id, p.id, p.deadline))
     order by p.place, p.id
     limit visible_by_deadline.most;
end;

comment on function assay.visible_by_deadline(uuid, boolean, uuid, bigint, integer, uuid, text) is
    'The assignments for a student''s classes, or for one of them, in this state if one is given, the earliest or latest deadline first, by place and id, after the given id and its deadline (microseconds since 1970). Reads all that the student sees.';
