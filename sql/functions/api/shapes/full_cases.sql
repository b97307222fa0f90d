-- A case as its teacher sees it, with its work.
create view api.full_cases as
select c.*,
       w.content,
       w.questions
  from api.cases c
 cross join lateral (
       select r.content,
              (select coalesce(json_agg(json_build_object('number', q.number, 'title', q.title, 'prompt', q.prompt, 'max_score', q.max_score,
                                                          'answer', case when q.kind = 'open' and x.submission_id is not null
                                                                         then assay.words_of_case(x, q.id) end) order by q.number), '[]')
                 from assay.cases x
                cross join lateral assay.questions_of_cases(x.assignment_id) q
                where x.id = r.id) as questions
         from reporting.cases r
        where r.id = c.id) w;

comment on view api.full_cases is 'The shape of a case in the HTTP API, with its work.';
comment on column api.full_cases.content   is 'The text: the submission''s, or the one that was brought; null: none yet.';
comment on column api.full_cases.questions is 'What is to be marked: number, title, prompt, max_score and answer (of an open question of a submission; null: the whole text is marked by it); empty: the work is marked as a whole.';
comment on column api.full_cases.id            is 'The case.';
comment on column api.full_cases.assignment_id is 'The assignment.';
comment on column api.full_cases.submission_id is 'The submission; null: the text was brought.';
