-- How well each model agrees with people, per question and in total.
-- Case by case, and within it marker by marker: no sort or hash of all marks, whatever work_mem is, and a condition on assignment
-- or marker leaves the rest unread.
create or replace view assay.agreement as
select g.assignment_id,
       a.title as assignment_title,
       a.teacher_id as owner_id,
       g.question_id,
       q.number as question_number,
       coalesce(q.max_score, w.max_score) as max_score,
       g.provider,
       g.model,
       g.teacher_id,
       g.prompt_version,
       g.rubric_digest,
       g.rubric_digest = w.rubric_digest and (g.model is null or g.prompt_version is not distinct from w.prompt_version) as is_current,
       g.n,
       g.cases,
       g.exact / nullif(g.n, 0) as exact,
       g.adjacent / nullif(g.n, 0) as adjacent,
       g.mae,
       g.bias,
       sqrt(g.mse)::double precision as rmse,
       round(1 - g.mse / nullif(g.var_h + g.var_a + g.bias_exact ^ 2, 0), 12)::double precision as qwk,
       g.spread,
       g.invalid / g.answers as invalid_share,
       g.blind_n,
       g.cases >= a.gate_min_cases as enough
  from (
       select c.assignment_id, e.question_id, m.provider, m.model, m.teacher_id, m.prompt_version, m.rubric_digest,
              sum(f.n)::bigint as n,
              count(*) filter (where f.n > 0) as cases,
              sum(e.exact)::double precision as exact,
              sum(e.adjacent)::double precision as adjacent,
              (sum(case when e.people = 1 then e.off else e.off / e.people end) / nullif(sum(f.n), 0))::double precision as mae,
              ((sum(f.paired) - sum(f.n * f.mean)) / nullif(sum(f.n), 0))::double precision as bias,
              (sum(f.paired) - sum(f.n * f.mean)) / nullif(sum(f.n), 0) as bias_exact,
              (sum(f.squares) - 2 * sum(f.paired * f.mean) + sum(f.n * f.mean * f.mean)) / nullif(sum(f.n), 0) as mse,
              (sum(f.n) * sum(f.squares) - sum(f.paired) * sum(f.paired)) / nullif(sum(f.n) * sum(f.n), 0) as var_a,
              (sum(f.n) * sum(f.n * f.mean * f.mean) - sum(f.n * f.mean) * sum(f.n * f.mean)) / nullif(sum(f.n) * sum(f.n), 0) as var_h,
              avg(sqrt((e.valid * e.squares - e.total * e.total)::double precision) / e.valid) filter (where e.valid > 1) as spread,
              sum(e.answers)::double precision as answers,
              sum(e.answers - e.valid)::double precision as invalid,
              coalesce(sum(f.n) filter (where e.blind), 0)::bigint as blind_n
         from assay.cases c
        cross join lateral (
              select array_agg(s.rubric_digest) as rubrics,
                     array_agg(s.question_id) as questions,
                     array_agg(s.people) as people,
                     array_agg(s.scores::bigint) as scores,
                     array_agg(s.blind) as blind
                from assay.human_scores s
               where s.case_id = c.id) h
        cross join lateral (
              select t.provider, t.model, t.teacher_id, t.prompt_version, t.rubric_digest,
                     array_agg(t.id) as tries,
                     case when t.teacher_id is null then 0 else 1 end as own
                from assay.tries t
               where t.case_id = c.id
               group by t.provider, t.model, t.teacher_id, t.prompt_version, t.rubric_digest) m
        -- Of each question in the tries of one marker for one case: people's mean does not change within it.
        cross join lateral (
              select k.question_id,
                     max(p.people) as people,
                     max(p.scores) as scores,
                     bool_and(o.blind) as blind,
                     count(*) as answers,
                     count(k.score) as valid,
                     sum(k.score) as total,
                     sum(k.score * k.score) as squares,
                     count(*) filter (where k.score * p.people = p.scores) as exact,
                     count(*) filter (where abs(k.score * p.people - p.scores) <= p.people) as adjacent,
                     coalesce(sum(abs(k.score * p.people - p.scores)), 0) as off
                from (select k.question_id, k.score::bigint
                        from assay.marks k
                       where k.try_id = any (m.tries)
                         and k.question_id is not null
                       union all
                      (select null, case when count(k.error) = 0 then sum(k.score) end
                         from assay.marks k
                        where k.try_id = any (m.tries)
                        group by k.try_id)) k
                left join unnest(h.rubrics, h.questions, h.people, h.scores, h.blind) as o (rubric_digest, question_id, people, scores, blind)
                  on o.rubric_digest = m.rubric_digest
                 and coalesce(o.question_id, '00000000-0000-0000-0000-000000000000') = coalesce(k.question_id, '00000000-0000-0000-0000-000000000000')
               cross join lateral (
                     select nullif(o.people - m.own, 0) as people,
                            o.scores - case when m.own = 0 then 0 else k.score end as scores) p
               group by k.question_id) e
        cross join lateral (
              select case when e.people is null then 0 else e.valid end as n,
                     case when e.people is null then 0 else coalesce(e.total, 0) end as paired,
                     case when e.people is null then 0 else coalesce(e.squares, 0) end as squares,
                     case when e.people = 1 then e.scores::numeric else e.scores::numeric / e.people end as mean) f
        group by c.assignment_id, e.question_id, m.provider, m.model, m.teacher_id, m.prompt_version, m.rubric_digest) g
  join assay.assignments a on a.id = g.assignment_id
  join assay.rubrics_in_use w on w.assignment_id = g.assignment_id
  left join assay.questions q on q.id = g.question_id;

comment on view assay.agreement is 'One row per assignment, question (null: the total), marker, prompt and rubric: how well a model, or a person, agrees with the people who marked the same cases (a person: with the others). Computed when it is read.';
comment on column assay.agreement.assignment_id   is 'The assignment.';
comment on column assay.agreement.assignment_title is 'The assignment, by title.';
comment on column assay.agreement.owner_id        is 'Whose assignment it is.';
comment on column assay.agreement.question_id     is 'The question; null: the total.';
comment on column assay.agreement.question_number is 'The place of the question in its assignment; null: the total.';
comment on column assay.agreement.max_score       is 'The most that could be given.';
comment on column assay.agreement.provider        is 'AI service of the model; null: a person.';
comment on column assay.agreement.model           is 'The model; null: a person.';
comment on column assay.agreement.teacher_id      is 'The person; null: a model.';
comment on column assay.agreement.prompt_version  is 'The prompt it was asked with; null: a person.';
comment on column assay.agreement.rubric_digest   is 'The rubric that was marked by.';
comment on column assay.agreement.is_current      is 'True: by the prompt and the rubric of today.';
comment on column assay.agreement.n               is 'How many pairs were compared: a usable mark, and the mean of the people.';
comment on column assay.agreement.cases           is 'On how many cases.';
comment on column assay.agreement.exact           is 'Share of the pairs that are the same; null: there are none.';
comment on column assay.agreement.adjacent        is 'Share of the pairs that are at most one coin apart.';
comment on column assay.agreement.mae             is 'Mean absolute error, in coins.';
comment on column assay.agreement.bias            is 'How much higher than people it marks on average, in coins.';
comment on column assay.agreement.rmse            is 'Root of the mean squared error, in coins.';
comment on column assay.agreement.qwk             is 'Quadratic weighted kappa, 1 - mse / (variance of people + variance of marker + squared difference of means); null where that is 0: everything is one value.';
comment on column assay.agreement.spread          is 'Mean of the standard deviations over the usable tries of a case, in coins; null: no case has two.';
comment on column assay.agreement.invalid_share   is 'Share of the answers that cannot be used.';
comment on column assay.agreement.blind_n         is 'How many of the pairs are with people who had no machine''s result in sight.';
comment on column assay.agreement.enough          is 'True: cases is at least the assignment''s gate_min_cases.';
