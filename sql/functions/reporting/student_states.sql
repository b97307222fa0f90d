-- Where each student stands with each published assignment of their classes.
create or replace view reporting.student_states as
select m.assignment_id,
       a.title as assignment_title,
       a.teacher_id,
       m.student_id,
       p.name as student_name,
       case when st.state = 'open' and n.answered > 0 then 'started' else st.state end as state,
       n.answered,
       s.score,
       a.max_score,
       s.submitted_at,
       s.released_at
  from (select distinct a.id as assignment_id, e.student_id
          from assay.assignments a
          join assay.classes c    on c.teacher_id = a.teacher_id and (a.class_id is null or a.class_id = c.id)
          join assay.enrolments e on e.class_id = c.id
         where a.published_at is not null
           and a.deleted_at is null
           and c.deleted_at is null) m
  join assay.assignments a on a.id = m.assignment_id
  join assay.students p    on p.id = m.student_id
  left join assay.submissions s on s.assignment_id = m.assignment_id and s.student_id = m.student_id
  left join assay.pending_submissions w on w.assignment_id = m.assignment_id and w.student_id = m.student_id
 cross join lateral (
       select case when s.score is not null then 'graded' when w.job_id is not null then 'pending'
                   when now() < a.deadline then 'open' else 'closed' end as state) st
 cross join lateral (
       select count(distinct x.question_id) as answered
         from assay.questions q
         join assay.answers x on x.question_id = q.id and x.student_id = m.student_id
        where q.assignment_id = m.assignment_id
          and q.kind <> 'criterion'
          and (cardinality(x.picked) > 0 or array_to_string(x.texts, '') ~ '\S')) n;

comment on view reporting.student_states is
'One row per student and published assignment of their classes, as it stands now: also those who did nothing yet.
Example: select student_name, state, answered, score, submitted_at from reporting.student_states where assignment_title = ''Quiz'' order by student_name;';
comment on column reporting.student_states.assignment_id    is 'The assignment.';
comment on column reporting.student_states.assignment_title is 'The assignment, by title.';
comment on column reporting.student_states.teacher_id       is 'Whose assignment it is.';
comment on column reporting.student_states.student_id       is 'The student.';
comment on column reporting.student_states.student_name     is 'The student, by name.';
comment on column reporting.student_states.state            is 'graded, pending, started (answers were saved), open or closed.';
comment on column reporting.student_states.answered         is 'How many questions have an answer that is not blank, saved or handed in.';
comment on column reporting.student_states.score            is 'The score, in gold coins; null: none yet.';
comment on column reporting.student_states.max_score        is 'The highest score, in gold coins.';
comment on column reporting.student_states.submitted_at     is 'When it was handed in; null: not yet graded.';
comment on column reporting.student_states.released_at      is 'Since when the student may know the score; null: there is none, or it is held.';
