-- What the work of each assignment is marked by today.
create or replace view assay.rubrics_in_use as
select a.id as assignment_id,
       sha256(convert_to(json_build_array(
           concat_ws(E'\n\n', a.general_instructions, a.instructions), a.correction_template,
           case when n.questions is null then a.max_score end, n.questions)::text, 'UTF8')) as rubric_digest,
       (select p.version from assay.prompts p where p.call = case when n.questions is null then 'grading' else 'marking' end) as prompt_version,
       coalesce(n.max_score, a.max_score) as max_score
  from assay.assignments a
 cross join lateral (
       select sum(q.max_score)::integer as max_score,
              json_agg(json_build_array(q.number, q.kind, q.title, q.prompt, q.max_score, q.guide,
                                        (select json_agg(json_build_array(o.score, o.text) order by o.score, o.text)
                                           from assay.options o
                                          where o.question_id = q.id)) order by q.number) as questions
         from assay.questions q
        where q.assignment_id = a.id
          and q.kind in ('criterion', 'open')
          and q.approved_at is not null
          and q.voided_at is null) n;

comment on view assay.rubrics_in_use is 'One row per assignment: by what a case of it is marked today. Tries of another rubric or prompt are not current.';
comment on column assay.rubrics_in_use.assignment_id  is 'The assignment.';
comment on column assay.rubrics_in_use.rubric_digest  is 'SHA-256 of instructions, template and the criteria or open questions with guides and levels; without such questions of the maximum.';
comment on column assay.rubrics_in_use.prompt_version is 'The prompt that its work is marked with, as the workers noted it; null: no worker has ever run.';
comment on column assay.rubrics_in_use.max_score      is 'The most that the criteria or open questions earn; without them what the whole earns.';
