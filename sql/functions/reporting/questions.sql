-- Questions and criteria.
create or replace view reporting.questions as
select q.id,
       q.assignment_id,
       a.title as assignment_title,
       a.teacher_id,
       q.number,
       q.kind,
       q.title,
       q.prompt,
       q.max_score,
       q.approved_at is not null as approved,
       q.voided_at,
       q.key_corrected_at,
       n.answered,
       n.facility,
       n.discrimination
  from assay.questions q
  join assay.assignments a on a.id = q.assignment_id
 cross join lateral (
       select count(*) as answered,
              avg(x.score) / q.max_score as facility,
              case when count(*) >= 5 then corr(x.score, s.score - x.score) end as discrimination
         from assay.answers x
         join assay.submissions s on s.id = x.submission_id
        where x.question_id = q.id) n;

comment on view reporting.questions is
'One row per question of an assignment, criteria of rubrics too, with what its answers say about it.
Example: select number, kind, answered, facility, discrimination from reporting.questions where assignment_title = ''Quiz'' order by number;';
comment on column reporting.questions.assignment_title is 'The assignment it belongs to, by title.';
comment on column reporting.questions.number           is 'Its place in the assignment.';
comment on column reporting.questions.kind             is 'criterion, open, choice, choices, matching, ordering, gaps, short or number.';
comment on column reporting.questions.title            is 'Of a criterion: the name of its line.';
comment on column reporting.questions.prompt           is 'What is asked; of a criterion: what is required.';
comment on column reporting.questions.approved         is 'False: a draft, which students never see.';
comment on column reporting.questions.voided_at        is 'Since when everybody earns its maximum; null: it counts.';
comment on column reporting.questions.key_corrected_at is 'When its key was last corrected; null: never.';
comment on column reporting.questions.answered         is 'How many handed-in answers it has, blank ones too.';
comment on column reporting.questions.facility         is 'The mean score as a share of the maximum, 0 to 1; null without answers.';
comment on column reporting.questions.discrimination   is 'Correlation of its scores with those of the rest of each submission, -1 to 1; null below 5 answers.';
