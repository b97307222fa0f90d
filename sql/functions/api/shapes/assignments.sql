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
       a.updated_at,
       a.takes,
       a.reveal,
       a.encourage,
       a.language,
       a.released_at,
       a.general_instructions,
       a.attempts,
       a.collect,
       a.published_at,
       a.regrade_days,
       a.autonomy,
       a.gate_min_cases,
       a.gate_min_qwk,
       a.gate_max_bias,
       a.class_name,
       a.teacher_name
  from reporting.assignments a
 where (a.correction_template is not null or a.takes = 'answers')
   and a.deleted_at is null;

comment on view api.assignments is 'The shape of an assignment in the HTTP API, for teachers; without deleted ones, and texts whose template is not built yet.';
comment on column api.assignments.class_name is 'The class that it is for, by name; null: all classes of its teacher.';
comment on column api.assignments.teacher_name is 'Whose it is, by name.';
comment on column api.assignments.locked              is 'True from the first submission on, a pending one included.';
comment on column api.assignments.submission_count    is 'How many graded submissions there are.';
