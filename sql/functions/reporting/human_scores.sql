-- What people gave for each case: the measure of models.
create or replace view reporting.human_scores as
select h.case_id,
       h.assignment_id,
       h.rubric_digest,
       h.question_id,
       h.people,
       h.scores,
       h.mean,
       h.blind
  from assay.human_scores h;

comment on view reporting.human_scores is
'One row per case, rubric and question (null: the total) that people have marked.
Example: select case_id, people, mean, blind from reporting.human_scores where question_id is null;';
