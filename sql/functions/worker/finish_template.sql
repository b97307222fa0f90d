-- A template that was built: the assignment appears, or changes, with it.
create function worker.finish_template(
    job_id uuid, attempt integer, correction_template text, max_score integer,
    provider text, model text, prompt_version text)
    returns uuid
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    job  assay.jobs;
    made uuid;
begin
    delete from assay.jobs j
     where j.id = finish_template.job_id
       and j.attempt = finish_template.attempt
    returning j.* into job;
    if not found then
        return null;
    end if;
    perform assay.act_as('teacher', job.teacher_id);

    if job.assignment_id is null then
        insert into assay.assignments (teacher_id, class_id, title, instructions, correction_template, max_score, max_score_given, deadline,
                                       template_provider, template_model, template_prompt_version, published_at)
        values (job.teacher_id, job.draft_class_id, job.draft_title, job.draft_instructions,
                finish_template.correction_template, finish_template.max_score, job.draft_max_score is not null, job.draft_deadline,
                finish_template.provider, finish_template.model, finish_template.prompt_version, now())
        returning id into made;
    else
        update assay.assignments a
           set class_id                = job.draft_class_id,
               title                   = job.draft_title,
               instructions            = job.draft_instructions,
               correction_template     = finish_template.correction_template,
               max_score               = finish_template.max_score,
               max_score_given         = job.draft_max_score is not null,
               deadline                = job.draft_deadline,
               template_provider       = finish_template.provider,
               template_model          = finish_template.model,
               template_prompt_version = finish_template.prompt_version
         where a.id = job.assignment_id
           and a.deleted_at is null
        returning a.id into made;
        if not found then
            perform assay.refuse('not_found');
        end if;
    end if;

    insert into assay.finished_jobs (id, kind, teacher_id, assignment_id, attempt, created_at)
    values (job.id, job.kind, job.teacher_id, made, job.attempt, job.created_at);
    perform pg_notify('assay_job', job.id || ' succeeded');
    return made;
end
$$;

comment on function worker.finish_template(uuid, integer, text, integer, text, text, text) is
    'Creates the assignment with its template, or gives an existing one its new instructions and template; 409 assignment_locked when a text came first, 404 not_found when it was deleted. Answers null when the attempt was superseded: nothing changed.';
