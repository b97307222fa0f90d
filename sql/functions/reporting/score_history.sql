-- Every score that a submission ever had.
create or replace view reporting.score_history as
select l.id,
       l.submission_id,
       l.student_id,
       l.assignment_id,
       l.score,
       l.coins,
       l.reason,
       l.actor,
       l.teacher_id,
       t.name as teacher_name,
       l.provider,
       l.model,
       l.prompt_version,
       l.created_at,
       l.login
  from assay.coin_ledger l
  left join assay.teachers t on t.id = l.teacher_id;

comment on view reporting.score_history is
'One row per score that a submission ever had, which is also one per movement of coins.
Example: select created_at, reason, actor, teacher_name, score, coins, model from reporting.score_history where submission_id = ''00000000-0000-0000-0000-000000000000'' order by id;';
comment on column reporting.score_history.id             is 'The row of the ledger; later ones are greater.';
comment on column reporting.score_history.submission_id  is 'The submission.';
comment on column reporting.score_history.teacher_name   is 'The teacher who did it, by name.';
