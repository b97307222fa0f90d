-- What people gave for each case: the measure of models.
create or replace view assay.human_scores as
select c.id as case_id,
       c.assignment_id,
       s.rubric_digest,
       s.question_id,
       s.people,
       s.scores,
       s.scores::numeric / s.people as mean,
       s.blind
  from assay.cases c
 -- Of each case by itself, so that whoever asks about one reads the marks of that one.
 cross join lateral (
       select g.rubric_digest, g.question_id, count(*) as people, sum(g.score) as scores, bool_and(g.blind) as blind
         from (select t.rubric_digest, m.question_id, m.score, t.blind
                 from assay.tries t
                 join assay.marks m on m.try_id = t.id
                where t.case_id = c.id
                  and t.teacher_id is not null
                  and m.question_id is not null
                union all
               select t.rubric_digest, null, sum(m.score), t.blind
                 from assay.tries t
                 join assay.marks m on m.try_id = t.id
                where t.case_id = c.id
                  and t.teacher_id is not null
                group by t.id) g
        group by g.rubric_digest, g.question_id) s;

comment on view assay.human_scores is 'One row per case, rubric and question (null: the total) that people have marked.';
comment on column assay.human_scores.case_id       is 'The case.';
comment on column assay.human_scores.assignment_id is 'The assignment of the case.';
comment on column assay.human_scores.rubric_digest is 'The rubric that they marked by.';
comment on column assay.human_scores.question_id   is 'The question; null: the total.';
comment on column assay.human_scores.people        is 'How many people marked.';
comment on column assay.human_scores.scores        is 'The sum of what they gave.';
comment on column assay.human_scores.mean          is 'Their mean.';
comment on column assay.human_scores.blind         is 'True when none of them had a machine''s result in sight.';
