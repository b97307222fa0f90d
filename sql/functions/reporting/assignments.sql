-- Assignments.
create or replace view reporting.assignments as
select a.id,
       a.teacher_id,
       t.name as teacher_name,
       a.class_id,
       c.name as class_name,
       a.title,
       a.instructions,
       a.correction_template,
       a.max_score,
       a.deadline,
       coalesce(n.submissions, 0) > 0
           or exists (select from assay.pending_submissions p where p.assignment_id = a.id) as locked,
       coalesce(n.submissions, 0) as submission_count,
       a.created_at,
       a.updated_at,
       a.published_at,
       a.deleted_at
  from assay.assignments a
  join assay.teachers t on t.id = a.teacher_id
  left join assay.classes c on c.id = a.class_id
  left join assay.submission_counts n on n.assignment_id = a.id;

comment on view reporting.assignments is
'One row per assignment, deleted ones included.
Example: select title, teacher_name, deadline, locked, submission_count from reporting.assignments where deleted_at is null order by deadline;';
comment on column reporting.assignments.id                  is 'The assignment.';
comment on column reporting.assignments.teacher_id          is 'Whose assignment it is.';
comment on column reporting.assignments.teacher_name        is 'Whose assignment it is, by name.';
comment on column reporting.assignments.class_id            is 'The class it is for; null: all classes of its teacher.';
comment on column reporting.assignments.class_name          is 'The class it is for, by name.';
comment on column reporting.assignments.title               is 'Its title.';
comment on column reporting.assignments.instructions        is 'The text the teacher uploaded.';
comment on column reporting.assignments.correction_template is 'What the grader is told to look for.';
comment on column reporting.assignments.max_score           is 'The highest score, in gold coins.';
comment on column reporting.assignments.deadline            is 'Texts are accepted strictly before it.';
comment on column reporting.assignments.locked              is 'True from the first submission on, a pending one included: it cannot change any more.';
comment on column reporting.assignments.submission_count    is 'How many graded submissions there are.';
comment on column reporting.assignments.created_at          is 'When it was created.';
comment on column reporting.assignments.updated_at          is 'When it was last changed.';
comment on column reporting.assignments.published_at        is 'When it was complete, and students of its classes saw it; null: not yet.';
comment on column reporting.assignments.deleted_at          is 'Null while it is listed.';
