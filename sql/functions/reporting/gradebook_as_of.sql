-- The gradebook of any past moment.
create or replace function reporting.gradebook_as_of(moment timestamptz, class_id uuid default null)
    returns setof reporting.gradebook
    language sql stable
    set search_path = ''
begin atomic
    select c.id, c.name, c.teacher_id, s.id, s.name, s.email, a.id, a.title, a.max_score, a.deadline,
           case when h.score is not null then h.submission_id end,
           h.score,
           case when h.score is not null then h.created_at end
      from reporting.classes c
      left join (select distinct e.class_id, e.student_id
                   from reporting.enrolment_history e
                  where e.enrolled_at <= gradebook_as_of.moment
                    and (e.left_at is null or e.left_at > gradebook_as_of.moment)) e on e.class_id = c.id
      left join reporting.students s on s.id = e.student_id
      left join reporting.assignments a
        on a.teacher_id = c.teacher_id
       and (a.class_id is null or a.class_id = c.id)
       and a.created_at <= gradebook_as_of.moment
       and (a.deleted_at is null or a.deleted_at > gradebook_as_of.moment)
      left join (select distinct on (l.student_id, l.assignment_id) l.student_id, l.assignment_id, l.submission_id, l.score, l.created_at
                   from reporting.score_history l
                  where l.created_at <= gradebook_as_of.moment
                  order by l.student_id, l.assignment_id, l.created_at desc, l.id desc) h
        on h.student_id = s.id and h.assignment_id = a.id
     where (gradebook_as_of.class_id is null or c.id = gradebook_as_of.class_id)
       and c.created_at <= gradebook_as_of.moment
       and (c.deleted_at is null or c.deleted_at > gradebook_as_of.moment);
end;

comment on function reporting.gradebook_as_of(timestamptz, uuid) is
'The rows of reporting.gradebook as they stood at a moment, of all classes or of one: who was in the class, which assignments it had, which score each text had then. What is not kept is as it is now: names, titles, deadlines, maxima and which class an assignment is for; a student who was deleted since is missing.
Example: select student_name, assignment_title, score from reporting.gradebook_as_of(now() - interval ''7 days'') order by 1, 2;';
