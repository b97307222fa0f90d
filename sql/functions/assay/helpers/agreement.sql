-- How well each model agrees with people, per question and in total.
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
       (1 - g.mse / nullif(g.var_h + g.var_a + g.bias_exact ^ 2, 0))::double precision as qwk,
       g.spread,
       g.invalid / g.answers as invalid_share,
       g.blind_n,
       g.cases >= a.gate_min_cases as enough
  from (
       -- Of one marker, question and case to one of all cases: people's mean does not change within a case.
       select e.assignment_id, e.question_id, e.provider, e.model, e.teacher_id, e.prompt_version, e.rubric_digest,
              sum(e.n)::bigint as n,
              count(*) filter (where e.n > 0) as cases,
              sum(e.exact)::double precision as exact,
              sum(e.adjacent)::double precision as adjacent,
              (sum(case when e.people = 1 then e.off else e.off / e.people end) / nullif(sum(e.n), 0))::double precision as mae,
              ((sum(e.paired) - sum(e.n * e.mean)) / nullif(sum(e.n), 0))::double precision as bias,
              (sum(e.paired) - sum(e.n * e.mean)) / nullif(sum(e.n), 0) as bias_exact,
              (sum(e.squares) - 2 * sum(e.paired * e.mean) + sum(e.n * e.mean * e.mean)) / nullif(sum(e.n), 0) as mse,
              (sum(e.n) * sum(e.squares) - sum(e.paired) * sum(e.paired)) / nullif(sum(e.n) * sum(e.n), 0) as var_a,
              (sum(e.n) * sum(e.n * e.mean * e.mean) - sum(e.n * e.mean) * sum(e.n * e.mean)) / nullif(sum(e.n) * sum(e.n), 0) as var_h,
              avg(sqrt((e.valid * e.all_squares - e.all_scores * e.all_scores)::double precision) / e.valid) filter (where e.valid > 1) as spread,
              sum(e.answers)::double precision as answers,
              sum(e.answers - e.valid)::double precision as invalid,
              coalesce(sum(e.n) filter (where e.blind), 0)::bigint as blind_n
         from (
              select r.assignment_id, r.question_id, r.case_id, r.provider, r.model, r.teacher_id, r.prompt_version, r.rubric_digest,
                     r.people, r.mean, r.blind,
                     count(*) as answers,
                     count(r.score) as valid,
                     sum(r.score) as all_scores,
                     sum(r.score * r.score) as all_squares,
                     count(r.score + r.people) as n,
                     coalesce(sum(r.score) filter (where r.people is not null), 0) as paired,
                     coalesce(sum(r.score * r.score) filter (where r.people is not null), 0) as squares,
                     count(*) filter (where r.score * r.people = r.scores) as exact,
                     count(*) filter (where abs(r.score * r.people - r.scores) <= r.people) as adjacent,
                     coalesce(sum(abs(r.score * r.people - r.scores)), 0) as off
                from (
                     select m.assignment_id, m.question_id, m.case_id, m.provider, m.model, m.teacher_id, m.prompt_version, m.rubric_digest,
                            m.score, p.people, p.scores, p.blind,
                            case when p.people = 1 then p.scores::numeric else p.scores::numeric / p.people end as mean
                       from (
                            select c.assignment_id, k.question_id, t.case_id, t.provider, t.model, t.teacher_id, t.prompt_version, t.rubric_digest,
                                   k.score::bigint
                              from assay.marks k
                              join assay.tries t on t.id = k.try_id
                              join assay.cases c on c.id = t.case_id
                             where k.question_id is not null
                             union all
                            select x.assignment_id, null, x.case_id, x.provider, x.model, x.teacher_id, x.prompt_version, x.rubric_digest,
                                   x.total
                              from assay.try_totals x) m
                       left join assay.human_scores h
                         on h.case_id = m.case_id
                        and h.assignment_id = m.assignment_id
                        and h.rubric_digest = m.rubric_digest
                        and coalesce(h.question_id, '00000000-0000-0000-0000-000000000000') = coalesce(m.question_id, '00000000-0000-0000-0000-000000000000')
                      cross join lateral (
                            select nullif(h.people - case when m.teacher_id is null then 0 else 1 end, 0) as people,
                                   h.scores - case when m.teacher_id is null then 0 else m.score end as scores,
                                   h.blind) p) r
               group by r.assignment_id, r.question_id, r.case_id, r.provider, r.model, r.teacher_id, r.prompt_version, r.rubric_digest,
                        r.people, r.mean, r.blind) e
        group by e.assignment_id, e.question_id, e.provider, e.model, e.teacher_id, e.prompt_version, e.rubric_digest) g
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
