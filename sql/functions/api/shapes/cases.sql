-- A case as its teacher sees it.
create view api.cases as
select c.id,
       c.assignment_id,
       c.label,
       c.submission_id,
       c.status,
       case when h.hidden then 'until_marked' end as hidden,
       case when not h.hidden then (
           select s.mean::double precision
             from reporting.human_scores s
            where s.case_id = c.id and s.assignment_id = c.assignment_id and s.question_id is null
              and s.rubric_digest = r.rubric_digest) end as human_total,
       case when not h.hidden then (
           select coalesce(json_agg(json_build_object('number', q.number, 'score', s.mean::double precision, 'people', s.people) order by q.number), '[]')
             from reporting.human_scores s
             join assay.questions q on q.id = s.question_id
            where s.case_id = c.id and s.assignment_id = c.assignment_id and s.rubric_digest = r.rubric_digest) end as human_marks,
       case when not h.hidden then (
           select coalesce(json_agg(json_build_object(
                      'id', t.id, 'number', t.number, 'provider', t.provider, 'model', t.model,
                      'teacher', case when t.teacher_id is not null then json_build_object('id', t.teacher_id, 'name', p.name) end,
                      'blind', t.blind, 'prompt_version', t.prompt_version,
                      'status', case when t.finished_at is null then 'running' when t.error_code is null then 'done' else 'failed' end,
                      'error', t.error_code, 'created_at', t.created_at, 'finished_at', t.finished_at, 'promoted_at', t.promoted_at,
                      'total', n.total, 'human_total', n.human_total::double precision, 'difference', n.difference::double precision,
                      'marks', m.marks) order by t.created_at, t.id), '[]')
             from assay.tries t
             left join assay.teachers p on p.id = t.teacher_id
             left join reporting.case_totals n on n.try_id = t.id
            cross join lateral (
                  select coalesce(json_agg(json_build_object(
                             'number', q.number, 'score', k.score, 'error', k.error, 'reason', k.reason,
                             'evidence', coalesce((select json_agg(json_build_object('start', lower(e.place), 'end', upper(e.place)) order by e.place)
                                                     from unnest(k.evidence) as e (place)), '[]'),
                             'quotes_unfound', k.quotes_unfound,
                             'difference', x.difference::double precision) order by q.number), '[]') as marks
                    from assay.marks k
                    left join assay.questions q on q.id = k.question_id
                    left join reporting.case_results x on x.try_id = k.try_id and x.question_id = k.question_id
                   where k.try_id = t.id) m
            where t.case_id = c.id) end as tries,
       c.created_at
  from reporting.cases c
  join assay.rubrics_in_use r on r.assignment_id = c.assignment_id
 cross join lateral (
       select exists (select from assay.hidden_submissions s where s.submission_id = c.submission_id) as hidden) h;

comment on view api.cases is 'The shape of a case in the HTTP API, without its work.';
comment on column api.cases.hidden      is 'until_marked: what machines gave is kept from its teacher until they have marked it; null: nothing is.';
comment on column api.cases.human_total is 'The mean total of the people who marked by today''s rubric; null: nobody, or hidden.';
comment on column api.cases.human_marks is 'number, score (the mean of the people) and how many people, question by question; empty where the work is marked as a whole; null: hidden.';
comment on column api.cases.tries       is 'Each with its marker, status (running, done, failed), totals, and marks: number (null: the whole), score or error, reason, evidence, quotes_unfound, difference to the people; null: hidden.';
