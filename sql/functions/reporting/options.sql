-- Options of questions, and how often each was picked.
create or replace view reporting.options as
select q.id as question_id,
       q.assignment_id,
       a.teacher_id,
       q.number as question_number,
       q.kind,
       n.number,
       n.text,
       n.pair,
       n.place,
       n.indent,
       n.tolerance,
       n.score,
       n.picked,
       n.picked_by_top,
       n.picked_by_bottom
  from assay.questions q
  join assay.assignments a on a.id = q.assignment_id
 cross join lateral (  -- once for a question: its answers are read and put into quarters once
       select o.number, o.text, o.pair, o.place, o.indent, o.tolerance, o.score,
              count(p.quarter) as picked,
              count(*) filter (where p.quarter = 4) as picked_by_top,
              count(*) filter (where p.quarter = 1) as picked_by_bottom
         from assay.options o
         left join (select x.picked, x.texts, x.score, ntile(4) over (order by s.score, s.id) as quarter
                      from assay.answers x
                      join assay.submissions s on s.id = x.submission_id and s.assignment_id = q.assignment_id
                     where x.question_id = q.id) p
           on case when q.kind in ('choice', 'choices', 'matching', 'ordering') then o.key = any (p.picked)
                   when q.kind = 'gaps'
                   then btrim(lower(normalize(p.texts[o.place], nfkc))) = btrim(lower(normalize(o.text, nfkc)))
                   else p.score = coalesce(o.score, q.max_score) end
        where o.question_id = q.id
        group by o.question_id, o.number) n;

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
