-- The queue: what waits, what runs.
create or replace view reporting.grading_queue as
select j.id as job_id,
       k.shown_as as kind,
       case when j.worker_id is not null then 'running'
            when j.run_at is not null    then 'waiting'
            else 'ready' end as state,
       j.teacher_id,
       t.name as teacher_name,
       j.student_id,
       a.id as assignment_id,
       case when j.worker_id is null and j.run_at is null then
            count(*) filter (where j.worker_id is not null) over (partition by j.teacher_id)
            + row_number() over (partition by j.teacher_id, j.worker_id is null and j.run_at is null order by k.turn, j.id)
       end as turn,
       j.attempt,
       j.failures,
       w.slot as worker,
       j.run_at,
       j.claimed_at,
       j.created_at,
       now() - j.created_at as age,
       j.postponed
  from assay.jobs j
  join assay.job_kinds k on k.kind = j.kind
  join assay.teachers t on t.id = j.teacher_id
  left join assay.submissions s on s.id = j.subject_id
  left join assay.assignments a on a.id = coalesce(s.assignment_id, j.subject_id) and (a.published_at is not null or a.correction_template is not null)
  left join assay.workers w on w.id = j.worker_id;

comment on view reporting.grading_queue is
'One row per job that is not finished.
Example: select teacher_name, state, count(*), max(age) from reporting.grading_queue group by 1, 2;';
comment on column reporting.grading_queue.job_id        is 'The job.';
comment on column reporting.grading_queue.kind          is 'template or grading: what the HTTP API calls its kind.';
comment on column reporting.grading_queue.state         is 'ready, running, or waiting (until run_at).';
comment on column reporting.grading_queue.teacher_name  is 'The same, by name.';
comment on column reporting.grading_queue.assignment_id is 'The assignment; null while it is not published.';
comment on column reporting.grading_queue.turn          is 'Ready: how many of its teacher''s jobs come first, running ones included, and itself. Smaller is sooner; of equal ones the older.';
comment on column reporting.grading_queue.attempt       is 'How often a worker has claimed it.';
comment on column reporting.grading_queue.worker        is 'The slot of the worker that runs it: host and number.';
comment on column reporting.grading_queue.run_at        is 'Not before; null: at once.';
comment on column reporting.grading_queue.age           is 'How long ago that is.';
