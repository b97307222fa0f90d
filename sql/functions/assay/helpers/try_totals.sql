-- What each try gave in all.
create or replace view assay.try_totals as
select t.id as try_id,
       t.case_id,
       c.assignment_id,
       t.provider,
       t.model,
       t.teacher_id,
       t.prompt_version,
       t.rubric_digest,
       t.number,
       t.blind,
       case when n.errors = 0 then n.total end as total
  from assay.tries t
  join assay.cases c on c.id = t.case_id
 -- Of each try by itself, so that whoever asks about one case reads the marks of that one.
 cross join lateral (
       select sum(m.score) as total, count(m.error) as errors, count(*) as marks
         from assay.marks m
        where m.try_id = t.id) n
 where n.marks > 0;

comment on view assay.try_totals is 'One row per try that led to an answer: the sum of its marks.';
comment on column assay.try_totals.try_id        is 'The try.';
comment on column assay.try_totals.case_id       is 'The case.';
comment on column assay.try_totals.assignment_id is 'The assignment of the case.';
comment on column assay.try_totals.number        is 'The number of the try: 1, 2, … of the same marker.';
comment on column assay.try_totals.rubric_digest is 'The rubric that was marked by.';
comment on column assay.try_totals.total         is 'The sum of its marks; null: some of them cannot be used.';
comment on column assay.try_totals.provider       is 'AI service that was asked; null: a person marked.';
comment on column assay.try_totals.model          is 'The model that was asked; null: a person marked.';
comment on column assay.try_totals.teacher_id     is 'The person who marked; null: a model.';
comment on column assay.try_totals.prompt_version is 'Hash of the prompt files it was asked with; null: a person.';
comment on column assay.try_totals.blind          is 'Of a person''s: whether no result of a machine was in sight. Null: a model''s.';
