-- Options of questions, and how often each was picked.
create or replace view reporting.options as
select o.question_id,
       q.assignment_id,
       a.teacher_id,
       q.number as question_number,
       q.kind,
       o.number,
       o.text,
       o.pair,
       o.place,
       o.indent,
       o.tolerance,
       o.score,
       n.picked,
       n.picked_by_top,
       n.picked_by_bottom
  from assay.options o
  join assay.questions q   on q.id = o.question_id
  join assay.assignments a on a.id = q.assignment_id
 cross join lateral (
       select count(*) filter (where p.picked) as picked,
              count(*) filter (where p.picked and p.quarter = 4) as picked_by_top,
              count(*) filter (where p.picked and p.quarter = 1) as picked_by_bottom
         from (select case when q.kind in ('choice', 'choices', 'matching', 'ordering') then o.key = any (x.picked)
                           when q.kind = 'gaps'
                           then btrim(lower(normalize(x.texts[o.place], nfkc))) = btrim(lower(normalize(o.text, nfkc)))
                           else x.score = coalesce(o.score, q.max_score) end as picked,
                      ntile(4) over (order by s.score, s.id) as quarter
                 from assay.answers x
                 join assay.submissions s on s.id = x.submission_id
                where x.question_id = q.id) p) n;

comment on view reporting.options is
'One row per option of a question (choice, pair, line, accepted answer, level), and how many picked it or said it.
Example: select question_number, number, text, picked, picked_by_top, picked_by_bottom from reporting.options order by question_id, number;';
comment on column reporting.options.assignment_id    is 'The assignment of the question.';
comment on column reporting.options.question_number  is 'The place of the question in its assignment.';
comment on column reporting.options.kind             is 'The kind of the question.';
comment on column reporting.options.text             is 'The choice, the left, the line, the accepted answer, or what earns a level.';
comment on column reporting.options.place            is 'Of a choice: 1 when it is right; of a line: its place; of an accepted answer: its gap.';
comment on column reporting.options.picked           is 'In how many handed-in answers it was picked or said; of accepted answers and levels: how many earned what it earns.';
comment on column reporting.options.picked_by_top    is 'The same, in the quarter with the highest scores of the whole submission.';
comment on column reporting.options.picked_by_bottom is 'The same, in the quarter with the lowest scores.';
