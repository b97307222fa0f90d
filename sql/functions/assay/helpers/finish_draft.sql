-- What was built for a draft takes its place in the assignment, and its job ends.
create or replace function assay.finish_draft(
    job assay.jobs, draft assay.assignment_drafts, correction_template text, max_score integer, provider text, model text, prompt_version text)
    returns void
    language plpgsql volatile
    set search_path = ''
as $$
begin
    update assay.assignments a
       set class_id                = draft.class_id,
           title                   = draft.title,
           instructions            = draft.instructions,
           correction_template     = finish_draft.correction_template,
           max_score               = finish_draft.max_score,
           max_score_given         = draft.max_score is not null,
           deadline                = draft.deadline,
           template_provider       = finish_draft.provider,
           template_model          = finish_draft.model,
           template_prompt_version = finish_draft.prompt_version,
           published_at            = case when a.correction_template is null then now() else a.published_at end
     where a.id = draft.assignment_id
       and a.deleted_at is null;
    if not found then
        perform assay.refuse('not_found');
    end if;

    insert into assay.finished_jobs (id, kind, teacher_id, assignment_id, attempt, created_at)
    values (job.id, job.kind, job.teacher_id, draft.assignment_id, job.attempt, job.created_at);
    delete from assay.jobs j where j.id = job.id;
    perform pg_notify('assay_job', job.id || ' succeeded');
end
$$;

comment on function assay.finish_draft(assay.jobs, assay.assignment_drafts, text, integer, text, text, text) is
    'Publishes an assignment with its first template, or gives one that had a template, published or not, its new instructions and template; finishes the job and tells who waits. 409 assignment_locked when a text came first, 404 not_found when it was deleted.';
