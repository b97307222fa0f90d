-- An assignment as a teacher sees it.
create view api.assignments as
select a.id,
       a.title,
       a.instructions,
       a.correction_template,
       a.max_score,
       a.deadline,
       a.class_id,
       a.teacher_id,
       a.locked,
       a.submission_count,
       a.created_at,
       a.updated_at
  from reporting.assignments a
 where a.published_at is not null
   and a.deleted_at is null;

comment on view api.assignments is 'The shape of an assignment in the HTTP API, for teachers; without deleted and unpublished ones.';
comment on column api.assignments.id                  is 'The assignment.';
comment on column api.assignments.title               is 'Its title.';
comment on column api.assignments.instructions        is 'The text the teacher uploaded.';
comment on column api.assignments.correction_template is 'What the grader is told to look for.';
comment on column api.assignments.max_score           is 'The highest score, in gold coins.';
comment on column api.assignments.deadline            is 'Texts are accepted strictly before it.';
comment on column api.assignments.class_id            is 'The class it is for; null: all classes of its teacher.';
comment on column api.assignments.teacher_id          is 'Whose assignment it is.';
comment on column api.assignments.locked              is 'True from the first submission on, a pending one included.';
comment on column api.assignments.submission_count    is 'How many graded submissions there are.';
comment on column api.assignments.created_at          is 'When it was created.';
comment on column api.assignments.updated_at          is 'When it was last changed.';
