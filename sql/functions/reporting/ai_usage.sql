-- What was asked of the AI services, and what it took.
create or replace view reporting.ai_usage as
select (u.created_at at time zone 'UTC')::date as day,
       u.teacher_id,
       t.name as teacher_name,
       u.assignment_id,
       u.provider,
       u.model,
       count(*)::integer as attempts,
       count(*) filter (where u.outcome = 'ok')::integer as answered,
       coalesce(sum(u.tokens_in), 0)::bigint as tokens_in,
       coalesce(sum(u.tokens_out), 0)::bigint as tokens_out,
       round(avg(u.milliseconds))::integer as mean_milliseconds
  from assay.ai_attempts u
  join assay.teachers t on t.id = u.teacher_id
 group by 1, 2, 3, 4, 5, 6;

comment on view reporting.ai_usage is
'One row per day (UTC), teacher, assignment, service and model.
Example: select day, teacher_name, provider, model, attempts, answered, tokens_in, tokens_out from reporting.ai_usage where day >= current_date - 7 order by day desc;';
comment on column reporting.ai_usage.day               is 'Day in UTC.';
comment on column reporting.ai_usage.teacher_name      is 'Whose key was used, by name.';
comment on column reporting.ai_usage.attempts          is 'How often it was asked.';
comment on column reporting.ai_usage.answered          is 'How often it gave a usable answer.';
comment on column reporting.ai_usage.tokens_in         is 'Tokens sent, as the service counts them.';
comment on column reporting.ai_usage.tokens_out        is 'Tokens received, as the service counts them.';
comment on column reporting.ai_usage.mean_milliseconds is 'Mean time of an attempt.';
