-- Why a score is what it is.
create view api.outcomes as
select s.id as submission_id,
       json_build_object(
           'score', s.score, 'max_score', a.max_score, 'adjustment', s.adjustment, 'is_llm_generated', s.provider is not null,
           'generated_at', s.graded_at, 'provider', s.provider, 'model', s.model, 'comment', s.comment,
           'items', coalesce(
               (select json_agg(json_build_object(
                           'number', q.number, 'kind', q.kind, 'title', q.title, 'score', x.score, 'max_score', q.max_score,
                           'marked_by', x.marked_by, 'reason', x.reason,
                           'evidence', case when x.evidence is null then '[]'
                                            else (select json_agg(json_build_object('start', lower(e.place), 'end', upper(e.place)) order by e.place)
                                                    from unnest(x.evidence) as e (place)) end,
                           'quotes_unfound', x.quotes_unfound,
                           'supported', not (x.marked_by = 'ai' and x.score > 0 and x.evidence is null
                                             and case q.kind when 'criterion' then s.content else x.texts[1] end ~ '(\S+\s+){7}\S')) order by q.number)
                  from assay.answers x
                  join assay.questions q on q.id = x.question_id
                 where x.submission_id = s.id), '[]')) as outcome
  from assay.submissions s
  join assay.assignments a on a.id = s.assignment_id;

comment on view api.outcomes is 'The shape of an outcome in the HTTP API: the score of a submission and, question by question, what was earned, why, and by which of the student''s words.';
comment on column api.outcomes.submission_id is 'The submission.';
comment on column api.outcomes.outcome is 'score, max_score, adjustment, is_llm_generated (no person gave any part of it), generated_at, provider, model, comment, and items: number, kind, title, score, max_score, marked_by, reason, evidence (start, end: code points of the student''s words from 0, the end exclusive), quotes_unfound, supported (false: an AI gave points for at least 8 words and quoted none of them).';
