-- Correction templates, and who wrote them.
create or replace view reporting.correction_templates as
select a.id as assignment_id,
       a.title,
       a.teacher_id,
       a.correction_template,
       a.max_score,
       a.template_provider as provider,
       a.template_model as model,
       a.template_prompt_version as prompt_version,
       a.updated_at
  from assay.assignments a;

comment on view reporting.correction_templates is
'One row per assignment: the template its submissions are graded by.
Example: select title, provider, model, correction_template from reporting.correction_templates order by updated_at desc;';
comment on column reporting.correction_templates.assignment_id       is 'The assignment.';
comment on column reporting.correction_templates.title               is 'The assignment, by title.';
comment on column reporting.correction_templates.provider            is 'The AI service that wrote it; null: a person did.';
comment on column reporting.correction_templates.model               is 'The model that wrote it; null: a person did.';
comment on column reporting.correction_templates.prompt_version      is 'Hash of the prompts it was asked for with; null: a person wrote it.';
comment on column reporting.correction_templates.updated_at          is 'When the assignment was last changed.';
