-- What the results of an assignment say about it.
create view api.analyses as
select a.id as assignment_id,
       json_build_object(
           'submissions', t.submissions, 'enough', t.submissions >= 5, 'hidden', case when k.hidden then 'until_marked' end,
           'mean', case when not k.hidden then round(t.mean, 4) end, 'median', case when not k.hidden then t.median end,
           'scores', case when not k.hidden then h.scores end,
           'questions', case when not k.hidden then coalesce((
               select json_agg(json_build_object(
                          'id', n.question_id, 'number', n.number, 'kind', n.kind, 'max_score', n.max_score, 'n', n.n, 'enough', n.enough,
                          'mean', round(n.mean, 4), 'facility', round(n.facility, 4), 'discrimination', round(n.discrimination::numeric, 4),
                          'blank_share', round(n.blank_share, 4), 'best_distractor', n.best_distractor,
                          'options', coalesce(o.options, '[]')) order by n.number)
                 from reporting.question_statistics n
                 left join (select p.question_id,
                                   json_agg(json_build_object(
                                       'number', p.number, 'text', p.text, 'pair', p.pair, 'place', p.place, 'score', p.score, 'picked', p.picked,
                                       'picked_by_top', p.picked_by_top, 'picked_by_bottom', p.picked_by_bottom) order by p.number) as options
                              from reporting.options p
                             where p.assignment_id = a.id
                             group by p.question_id) o on o.question_id = n.question_id
                where n.assignment_id = a.id), '[]') end) as analysis
  from assay.assignments a
 cross join lateral (  -- a figure of all, and the scores of all but one, would tell that one
       select exists (select from assay.hidden_submissions s where s.assignment_id = a.id) as hidden) k
 cross join lateral (
       select count(*) as submissions, avg(s.score) as mean, percentile_cont(0.5) within group (order by s.score) as median
         from assay.submissions s
        where s.assignment_id = a.id) t
 cross join lateral (
       select json_agg(json_build_array(b.lowest, b.highest, b.count) order by b.lowest) as scores
         from (select g.lowest, least(g.lowest + w.width - 1, a.max_score) as highest, count(s.id) as count
                 from (select (a.max_score + 10) / 10 as width) w
                cross join lateral generate_series(0, a.max_score, w.width) as g (lowest)
                 left join assay.submissions s on s.assignment_id = a.id and s.score / w.width = g.lowest / w.width
                group by g.lowest, w.width) b) h;

comment on view api.analyses is 'The shape of an analysis in the HTTP API.';
comment on column api.analyses.assignment_id is 'The assignment.';
comment on column api.analyses.analysis is 'submissions, enough (at least 5), hidden (until_marked: one of the submissions is, and there are no figures), mean, median, scores ([from, to, count] in at most ten steps, both ends in), and questions: id, number, kind, max_score, n, enough, mean, facility, discrimination, blank_share, best_distractor, options (number, text, pair, place, score, picked, picked_by_top, picked_by_bottom).';
