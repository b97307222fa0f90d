-- What each try gave for each question, beside what people gave.
create or replace view reporting.case_results as
select t.id as try_id,
       t.case_id,
       c.label as case_label,
       c.assignment_id,
       m.question_id,
       q.number as question_number,
       t.provider,
       t.model,
       t.teacher_id,
       t.prompt_version,
       t.rubric_digest,
       t.number,
       t.blind,
       m.score,
       case when t.teacher_id is null then h.mean else (h.scores - m.score)::numeric / nullif(h.people - 1, 0) end as human_score,
       m.score - case when t.teacher_id is null then h.mean else (h.scores - m.score)::numeric / nullif(h.people - 1, 0) end as difference,
       m.error,
       m.reason
  from assay.marks m
  join assay.tries t     on t.id = m.try_id
  join assay.cases c     on c.id = t.case_id
  join assay.questions q on q.id = m.question_id
  left join reporting.human_scores h
    on h.case_id = t.case_id and h.assignment_id = c.assignment_id and h.rubric_digest = t.rubric_digest and h.question_id = m.question_id;

comment on view reporting.case_results is
'One row per try and question: what a model or a person gave, and the mean of the people who marked by the same rubric (for a person''s try: of the others).
Example: select case_label, question_number, model, number, score, human_score, difference, error from reporting.case_results order by case_id, question_number, model, number;';
comment on column reporting.case_results.try_id          is 'The try.';
comment on column reporting.case_results.case_label      is 'The case, by label.';
comment on column reporting.case_results.assignment_id   is 'The assignment of the case.';
comment on column reporting.case_results.question_number is 'The place of the question in its assignment.';
comment on column reporting.case_results.human_score     is 'The mean of the people; null: none marked it, or nobody else.';
comment on column reporting.case_results.difference      is 'How much higher the score is than that of the people.';
comment on column reporting.case_results.case_id       is 'The case.';
comment on column reporting.case_results.question_id   is 'The question.';
comment on column reporting.case_results.rubric_digest is 'The rubric that was marked by.';
comment on column reporting.case_results.number        is 'The number of the try: 1, 2, … of the same marker.';
