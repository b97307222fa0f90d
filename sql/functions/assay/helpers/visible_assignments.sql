-- What a student sees of the assignments of their classes.
create or replace function assay.visible_assignments(student_id uuid, after uuid, most integer, class_id uuid default null)
    returns table (id uuid, title text, max_score integer, deadline timestamptz, state text, score integer, job_id uuid, takes text)
    language sql stable
begin atomic
    with classes as (
        select c.id, c.teacher_id
          from assay.enrolments e
          join assay.classes c on c.id = e.class_id
         where e.student_id = visible_assignments.student_id
           and (visible_assignments.class_id is null or c.id = visible_assignments.class_id)
           and c.deleted_at is null
    ), seen as (
        select x.id
          from classes c
         cross join lateral (
               select a.id
                 from assay.assignments a
                where a.class_id = c.id
                  and a.published_at is not null
                  and a.deleted_at is null
                  and a.id < assay.page_start(visible_assignments.after)
                order by a.id desc
                limit visible_assignments.most) x
        union
        select x.id
          from (select distinct c.teacher_id from classes c) t
         cross join lateral (
               select a.id
                 from assay.assignments a
                where a.teacher_id = t.teacher_id
                  and a.class_id is null
                  and a.published_at is not null
                  and a.deleted_at is null
                  and a.id < assay.page_start(visible_assignments.after)
                order by a.id desc
                limit visible_assignments.most) x
    )
    select a.id, a.title, a.max_score, a.deadline,
           assay.assignment_state(s.score, p.job_id is not null, a.deadline),
           case when s.released_at is not null then s.score end, p.job_id, a.takes
      from (select n.id from seen n order by n.id desc limit visible_assignments.most) n
      join assay.assignments a on a.id = n.id
      left join assay.submissions s on s.assignment_id = a.id and s.student_id = visible_assignments.student_id
      left join assay.pending_submissions p on p.assignment_id = a.id and p.student_id = visible_assignments.student_id
     order by a.id desc;
end;

comment on function assay.visible_assignments(uuid, uuid, integer, uuid) is
    'The assignments for a student''s classes, or for one of them, with state, score and pending job, newest first, after the given id. Reads at most so many rows of each class and teacher.';
