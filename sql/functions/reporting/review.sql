-- What deserves a person's look, by doubt that was measured.
create or replace view reporting.review as
select d.assignment_id,
       a.title as assignment_title,
       a.teacher_id,
       d.submission_id,
       s.student_id,
       p.name as student_name,
       p.email as student_email,
       s.score,
       a.max_score,
       s.released_at,
       d.doubt,
       d.reasons
  from (select w.assignment_id, w.submission_id, round(sum(w.doubt), 4) as doubt, array_agg(w.reason order by w.doubt desc, w.reason) as reasons
          from (
               select r.assignment_id, r.submission_id, 1.0 as doubt,
                      'Its student disputes ' || coalesce('the mark of question ' || r.question_number, 'the total') || '.' as reason
                 from assay.regrade_requests r
                where r.state = 'open'
                union all
               select x.assignment_id, x.id, 1.0,
                      case when count(*) = 1 then '1 place of the text looks' else count(*) || ' places of the text look' end
                      || ' like an attempt to talk to the grader.'
                 from assay.submissions x
                 join assay.flags f on f.submission_id = x.id
                group by x.assignment_id, x.id
                union all
               select x.assignment_id, x.id, sum(y.score)::numeric / i.max_score,
                      case when count(*) = 1 then '1 mark stands' else count(*) || ' marks stand' end
                      || ' without a quote of the student''s words: ' || sum(y.score) || ' coins.'
                 from assay.submissions x
                 join assay.assignments i on i.id = x.assignment_id
                 join assay.answers y     on y.submission_id = x.id
                 join assay.questions q   on q.id = y.question_id
                where y.marked_by = 'ai'
                  and y.score > 0
                  and y.evidence is null
                  -- At least 8 words, as in api.outcomes; most texts say so at their beginning, for which not all of them is read.
                  and case q.kind when 'criterion' then left(x.content, 300) ~ '(\S+\s+){7}\S' or x.content ~ '(\S+\s+){7}\S'
                                  else y.texts[1] ~ '(\S+\s+){7}\S' end
                group by x.assignment_id, x.id, i.id
                union all
               select o.assignment_id, o.submission_id, u.doubt, u.reason
                 from (select t.assignment_id, t.submission_id, t.max_score, coalesce(t.provider || ' ' || t.model, 'A person') as marker, t.is_other,
                              count(t.total) as tries, stddev_pop(t.total) as spread, avg(t.total - t.given) as difference
                         from (select c.assignment_id, c.submission_id, i.max_score, t.provider, t.model, t.prompt_version,
                                      (t.provider, t.model, t.prompt_version) is distinct from (x.provider, x.model, x.prompt_version) as is_other,
                                      case when count(m.error) = 0 then sum(m.score) end as total,
                                      sum(coalesce(y.score, x.score)) as given
                                 from assay.cases c
                                 join assay.assignments i on i.id = c.assignment_id
                                 join assay.submissions x on x.id = c.submission_id
                                 join assay.tries t       on t.case_id = c.id
                                 join assay.marks m       on m.try_id = t.id
                                 left join assay.answers y on y.submission_id = x.id and y.question_id = m.question_id
                                group by c.assignment_id, c.submission_id, i.id, x.id, t.id) t
                        group by t.assignment_id, t.submission_id, t.max_score, t.provider, t.model, t.prompt_version, t.is_other) o
                cross join lateral (values
                      (case when o.tries > 1 and o.spread > 0.1 * o.max_score then o.spread / o.max_score end,
                       o.tries || ' tries of ' || o.marker || ' differ by ' || trim_scale(round(o.spread, 1)) || ' coins (standard deviation).'),
                      (case when o.is_other and o.difference <> 0 then abs(o.difference) / o.max_score end,
                       o.marker || ' gives ' || trim_scale(round(abs(o.difference), 1)) || case when o.difference > 0 then ' coins more.' else ' coins less.' end))
                      as u (doubt, reason)
                where u.doubt is not null) w
         group by w.assignment_id, w.submission_id) d
  join assay.submissions s on s.id = d.submission_id
  join assay.assignments a on a.id = d.assignment_id
  join assay.students p    on p.id = s.student_id;

comment on view reporting.review is
'One row per submission that deserves a person''s look: an open request, flags, marks above 0 without a quote that was found, tries of one marker that spread by more than a tenth of the maximum, another marker that gives another score. What a model says of its own confidence counts for nothing.
Example: select student_name, score, doubt, reasons from reporting.review where assignment_title = ''Essay'' order by doubt desc;';
comment on column reporting.review.assignment_id    is 'What it was handed in for.';
comment on column reporting.review.score            is 'Its score, in gold coins, also while it is held.';
comment on column reporting.review.assignment_title is 'What it was handed in for, by title.';
comment on column reporting.review.submission_id    is 'The submission.';
comment on column reporting.review.student_name     is 'Who handed it in, by name.';
comment on column reporting.review.student_email    is 'Who handed it in, by address.';
comment on column reporting.review.doubt            is 'The sum of its reasons, each the share of the maximum that is in doubt: a request or a flag all of it, marks without a quote what they gave, tries their standard deviation, another marker the difference.';
comment on column reporting.review.reasons          is 'Why, in sentences, the weightiest first.';
