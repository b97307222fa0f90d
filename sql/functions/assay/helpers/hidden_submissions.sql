-- Submissions whose teacher must not see yet what a machine gave them.
create or replace view assay.hidden_submissions as
select c.submission_id,
       c.assignment_id,
       a.teacher_id,
       s.student_id,
       case when s.released_at is not null then s.score end as coins
  from assay.cases c
  join assay.assignments a on a.id = c.assignment_id
  left join assay.submissions s on s.id = c.submission_id  -- there is one: left, so that who asks for nothing of it does not read it
 where c.is_drawn
   and a.deleted_at is null
   and not exists (select from assay.tries t where t.case_id = c.id and t.teacher_id = a.teacher_id);

comment on view assay.hidden_submissions is
    'One row per submission that is a case which was drawn by lot and which the teacher of its assignment has not marked yet, so that they mark blind. A deleted assignment hides nothing any more: its cases can be neither marked nor deleted.';
comment on column assay.hidden_submissions.submission_id is 'The submission.';
comment on column assay.hidden_submissions.assignment_id is 'The assignment.';
comment on column assay.hidden_submissions.teacher_id    is 'From whom it is hidden.';
comment on column assay.hidden_submissions.student_id    is 'Whose it is.';
comment on column assay.hidden_submissions.coins         is 'What of their student''s total they must not see; null: it is held, and in no total.';
