-- The newest assignments that a student sees.
create or replace function assay.visible_assignments(
    student_id uuid, after uuid, most integer, class_id uuid default null, state text default null)
    returns table (id uuid, title text, max_score integer, deadline timestamptz, takes text, class json, teacher json)
    language sql stable
begin atomic
    with classes as (
        select c.* from assay.classes_of(visible_assignments.student_id, visible_assignments.class_id) c
    ), seen as (
        select x.*, c.class, c.teacher
          from classes c
         cross join lateral (
               select a.id, a.title, a.max_score, a.deadline, a.takes
                 from assay.assignments a
                where a.class_id = c.id
                  and a.published_at is not null
                  and a.deleted_at is null
                  and a.id < assay.page_start(visible_assignments.after)
                  and (visible_assignments.state is null
                       or visible_assignments.state = assay.state_of_student(visible_assignments.student_id, a.id, a.deadline))
                order by a.id desc
                limit visible_assignments.most) x
        union all
        select x.*, null, t.teacher
          from (select distinct on (c.teacher_id) c.teacher_id, c.teacher from classes c) t
         cross join lateral (
               select a.id, a.title, a.max_score, a.deadline, a.takes
                 from assay.assignments a
                where a.teacher_id = t.teacher_id
                  and a.class_id is null
                  and a.published_at is not null
                  and a.deleted_at is null
                  and a.id < assay.page_start(visible_assignments.after)
                  and (visible_assignments.state is null
                       or visible_assignments.state = assay.state_of_student(visible_assignments.student_id, a.id, a.deadline))
                order by a.id desc
                limit visible_assignments.most) x
    )
    select n.* from seen n order by n.id desc limit visible_assignments.most;
end;

comment on function assay.visible_assignments(uuid, uuid, integer, uuid, text) is
    'The assignments for a student''s classes, or for one of them, in this state if one is given, newest first, after the given id. Without a state it reads at most so many rows of each class and teacher.';
