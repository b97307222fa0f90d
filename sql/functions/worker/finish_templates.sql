-- Templates that were built: the assignment is published, or changes, with it.
create function worker.finish_templates(
    job_ids uuid[], attempts integer[], correction_templates text[], max_scores integer[],
    providers text[], models text[], prompt_versions text[])
    returns setof uuid
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
declare
    built record;
begin
    for built in
        select j.id, j.kind, j.teacher_id, j.attempt, j.created_at, d.assignment_id, d.title, d.instructions, d.deadline,
               d.class_id, d.max_score is not null as max_score_given, b.correction_template, b.max_score, b.provider, b.model, b.prompt_version
          from unnest(job_ids, attempts, correction_templates, max_scores, providers, models, prompt_versions)
                   as b (job_id, attempt, correction_template, max_score, provider, model, prompt_version)
          join assay.jobs j on j.id = b.job_id and j.attempt = b.attempt
          join assay.assignment_drafts d on d.job_id = j.id
         order by d.assignment_id
           for update of j
    loop
        perform assay.set_actor('teacher', built.teacher_id);
        update assay.assignments a
           set class_id                = built.class_id,
               title                   = built.title,
               instructions            = built.instructions,
               correction_template     = built.correction_template,
               max_score               = built.max_score,
               max_score_given         = built.max_score_given,
               deadline                = built.deadline,
               template_provider       = built.provider,
               template_model          = built.model,
               template_prompt_version = built.prompt_version,
               published_at            = coalesce(a.published_at, now())
         where a.id = built.assignment_id
           and a.deleted_at is null;
        if not found then
            perform assay.refuse('not_found');
        end if;

        insert into assay.finished_jobs (id, kind, teacher_id, assignment_id, attempt, created_at)
        values (built.id, built.kind, built.teacher_id, built.assignment_id, built.attempt, built.created_at);
        delete from assay.jobs j where j.id = built.id;
        perform pg_notify('assay_job', built.id || ' succeeded');
        return next built.id;
    end loop;
end
$$;

comment on function worker.finish_templates(uuid[], integer[], text[], integer[], text[], text[], text[]) is
    'Publishes assignments with their templates, or gives published ones their new instructions and templates; 409 assignment_locked when a text came first, 404 not_found when it was deleted. Answers the jobs that were still this worker''s.';
