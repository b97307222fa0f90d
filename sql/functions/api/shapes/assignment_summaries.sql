-- An assignment as teachers see it in a list.
create view api.assignment_summaries as
select a.id,
       a.title,
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
  from api.assignments a;

comment on view api.assignment_summaries is 'The shape of an assignment in a list of the HTTP API: without its texts, which may be large.';
comment on column api.assignment_summaries.class_name is 'The class that it is for, by name; null: all classes of its teacher.';
comment on column api.assignment_summaries.teacher_name is 'Whose it is, by name.';
comment on column api.assignment_summaries.locked           is 'True from the first submission on, a pending one included.';
comment on column api.assignment_summaries.submission_count is 'How many graded submissions there are.';
