-- What the answers to a question say about it.
create or replace view reporting.question_statistics as
select q.id as question_id,
       q.assignment_id,
       a.title as assignment_title,
       a.teacher_id,
       q.number,
       q.kind,
       q.max_score,
       count(x.id) as n,
       avg(x.score) as mean,
       avg(x.score) / q.max_score as facility,
       case when count(x.id) >= 5 then corr(x.score, s.score - x.score) end as discrimination,
       -- As assay.is_blank, which a reader of views may not call.
       case when q.kind <> 'criterion'
            then avg((coalesce(cardinality(x.picked), 0) = 0 and coalesce(array_to_string(x.texts, ''), '') !~ '\S')::integer)
                 filter (where x.id is not null) end as blank_share,
       max(d.number) as best_distractor,
       count(x.id) >= 5 as enough
  from assay.questions q
  join assay.assignments a on a.id = q.assignment_id
  left join (assay.answers x join assay.submissions s on s.id = x.submission_id)
         on x.question_id = q.id and s.assignment_id = q.assignment_id
  left join lateral (
       select o.number
         from assay.options o
         join assay.answers w on w.question_id = o.question_id and w.submission_id is not null and o.key = any (w.picked)
        where o.question_id = q.id
          and q.kind in ('choice', 'choices', 'ordering')
          and o.place is null
        group by o.number
        order by count(*) desc, o.number
        limit 1) d on true
 group by q.id, a.id;

comment on view reporting.question_statistics is
'One row per question of an assignment, criteria of rubrics too, and what the handed-in answers say about it. Below 5 answers (enough is false) the figures say little.
Example: select number, kind, n, facility, discrimination, blank_share from reporting.question_statistics where assignment_title = ''Quiz'' order by number;';
comment on column reporting.question_statistics.question_id      is 'The question.';
comment on column reporting.question_statistics.assignment_id    is 'The assignment of the question.';
comment on column reporting.question_statistics.assignment_title is 'The assignment of the question, by title.';
comment on column reporting.question_statistics.number           is 'Its place in the assignment.';
comment on column reporting.question_statistics.kind             is 'criterion, open, choice, choices, matching, ordering, gaps, short or number.';
comment on column reporting.question_statistics.n                is 'How many handed-in answers it has, blank ones too.';
comment on column reporting.question_statistics.mean             is 'Their mean score, in gold coins; null without answers.';
comment on column reporting.question_statistics.facility         is 'The mean score as a share of the maximum, 0 to 1; null without answers.';
comment on column reporting.question_statistics.discrimination   is 'Item-rest correlation: of its scores with those of the rest of each submission, -1 to 1; null below 5 answers, or where either is the same for all.';
comment on column reporting.question_statistics.blank_share      is 'Share of answers with nothing in them, 0 to 1; null without answers, and for criteria.';
comment on column reporting.question_statistics.best_distractor  is 'The wrong option, or line that belongs nowhere, that was picked most often, by its number; null: none was, or the kind has none.';
comment on column reporting.question_statistics.enough           is 'Whether there are 5 answers.';
