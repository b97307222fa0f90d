-- How well each model agrees with people, per question and in total.
create or replace view reporting.agreement as
select g.assignment_id,
       g.assignment_title,
       g.owner_id,
       g.question_id,
       g.question_number,
       g.max_score,
       g.provider,
       g.model,
       g.teacher_id,
       g.prompt_version,
       g.rubric_digest,
       g.is_current,
       g.n,
       g.cases,
       g.exact,
       g.adjacent,
       g.mae,
       g.bias,
       g.rmse,
       g.qwk,
       g.spread,
       g.invalid_share,
       g.blind_n,
       g.enough
  from assay.agreement g;

comment on view reporting.agreement is
'One row per assignment, question (null: the total), marker, prompt and rubric: how well a model, or a person, agrees with the people who marked the same cases (a person: with the others). Computed when it is read.
Example: select model, question_number, cases, n, exact, mae, bias, qwk, spread, enough from reporting.agreement where is_current order by assignment_id, model, question_number nulls first;';
