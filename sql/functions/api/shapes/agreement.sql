-- How well a marker agrees with people, as a teacher sees it.
create view api.agreement as
select g.assignment_id,
       g.question_number,
       g.max_score,
       g.provider,
       g.model,
       case when g.teacher_id is not null then json_build_object('id', g.teacher_id, 'name', t.name) end as teacher,
       g.prompt_version,
       encode(g.rubric_digest, 'hex') as rubric_digest,
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
       g.enough,
       case when g.is_current and g.model is not null and g.question_id is null
            then assay.held_because(g.assignment_id, g.provider, g.model, g.prompt_version) end as held_because
  from reporting.agreement g
  left join assay.teachers t on t.id = g.teacher_id;

comment on view api.agreement is 'The shape of a row of reporting.agreement in the HTTP API.';
comment on column api.agreement.teacher is 'The person who marked; null: a model did.';
comment on column api.agreement.rubric_digest is 'The rubric that was marked by, in hexadecimal.';
comment on column api.agreement.held_because is 'Of a model''s totals of today: why its results are held, in sentences; null: they are not.';
