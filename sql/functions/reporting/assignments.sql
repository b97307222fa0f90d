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
           -- Not `exists`: for a page of assignments PostgreSQL would read all counts, and the whole queue, to hash them.
           or a.takes = 'answers' and (select coalesce(sum(k.submissions), 0) > 0 from assay.submission_counts k where k.assignment_id = a.id)
           or (select p.job_id from assay.pending_submissions p where p.assignment_id = a.id limit 1) is not null as locked,
       case when a.takes = 'answers'
            then (select coalesce(sum(k.submissions), 0)::integer from assay.submission_counts k where k.assignment_id = a.id)
            else coalesce(n.submissions, 0) end as submission_count,
       a.created_at,
       a.updated_at,
       a.published_at,
       a.deleted_at,
       a.takes,
       a.general_instructions,
       a.reveal,
       a.encourage,
       a.language,
       a.released_at,
       a.attempts,
       a.collect,
       a.regrade_days,
       a.autonomy,
       a.gate_min_cases,
       a.gate_min_qwk,
       a.gate_max_bias
  from assay.assignments a
  join assay.teachers t on t.id = a.teacher_id
  left join assay.classes c on c.id = a.class_id
  left join assay.submission_counts n on n.assignment_id = a.id and n.part = 0;  -- of a text's there is no other

comment on view reporting.assignments is
'One row per assignment, deleted ones included.
Example: select title, teacher_name, deadline, locked, submission_count from reporting.assignments where deleted_at is null order by deadline;';
comment on column reporting.assignments.teacher_name        is 'Whose assignment it is, by name.';
comment on column reporting.assignments.class_name          is 'The class it is for, by name.';
comment on column reporting.assignments.locked              is 'True from the first submission on, a pending one included: it cannot change any more.';
comment on column reporting.assignments.submission_count    is 'How many graded submissions there are.';
