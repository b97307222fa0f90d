-- Every marking of a case.
create or replace view reporting.tries as
select t.id,
       t.case_id,
       c.label as case_label,
       c.assignment_id,
       t.number,
       t.provider,
       t.model,
       t.teacher_id,
       p.name as teacher_name,
       t.blind,
       t.prompt_version,
       encode(t.rubric_digest, 'hex') as rubric_digest,
       t.error_code,
       t.created_at,
       t.finished_at,
       t.promoted_at
  from assay.tries t
  join assay.cases c on c.id = t.case_id
  left join assay.teachers p on p.id = t.teacher_id;

comment on view reporting.tries is
'One row per marking of a case by a model or a person; what it gave is in reporting.case_results.
Example: select case_label, coalesce(model, teacher_name) as marker, number, blind, finished_at - created_at as took from reporting.tries order by id desc limit 50;';
comment on column reporting.tries.case_label    is 'The case, by label.';
comment on column reporting.tries.assignment_id is 'The assignment of the case.';
comment on column reporting.tries.teacher_name  is 'The person who marked, by name; null: a model.';
comment on column reporting.tries.rubric_digest is 'What was marked by, in hexadecimal; only tries of one rubric are compared.';
