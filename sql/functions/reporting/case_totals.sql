-- What each try gave in all, beside what people gave.
create or replace view reporting.case_totals as
select s.try_id,
       s.case_id,
       c.label as case_label,
       s.assignment_id,
       s.provider,
       s.model,
       s.teacher_id,
       s.prompt_version,
       s.rubric_digest,
       s.number,
       s.blind,
       s.total,
       case when s.teacher_id is null then h.mean else (h.scores - s.total)::numeric / nullif(h.people - 1, 0) end as human_total,
       s.total - case when s.teacher_id is null then h.mean else (h.scores - s.total)::numeric / nullif(h.people - 1, 0) end as difference,
       s.total is null as invalid
  from assay.try_totals s
  join assay.cases c on c.id = s.case_id
  left join assay.human_scores h
    on h.case_id = s.case_id and h.assignment_id = s.assignment_id and h.rubric_digest = s.rubric_digest and h.question_id is null;

comment on view reporting.case_totals is
'One row per try that led to an answer: its total beside the mean total of the people who marked by the same rubric (for a person''s try: of the others).
Example: select case_label, model, number, total, human_total, difference from reporting.case_totals where teacher_id is null order by case_id, model, number;';
comment on column reporting.case_totals.try_id        is 'The try.';
comment on column reporting.case_totals.case_label    is 'The case, by label.';
comment on column reporting.case_totals.assignment_id is 'The assignment of the case.';
comment on column reporting.case_totals.total         is 'The sum of its marks; null: some of them cannot be used.';
comment on column reporting.case_totals.human_total   is 'The mean total of the people; null: none marked it, or nobody else.';
comment on column reporting.case_totals.difference    is 'How much higher the total is than that of the people.';
comment on column reporting.case_totals.invalid       is 'True when some of its marks cannot be used.';
comment on column reporting.case_totals.case_id       is 'The case.';
comment on column reporting.case_totals.rubric_digest is 'The rubric that was marked by.';
comment on column reporting.case_totals.number        is 'The number of the try: 1, 2, … of the same marker.';
