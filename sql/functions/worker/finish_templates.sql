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
        select j as job, d as draft, b.correction_template, b.max_score, b.provider, b.model, b.prompt_version
          from unnest(job_ids, attempts, correction_templates, max_scores, providers, models, prompt_versions)
                   as b (job_id, attempt, correction_template, max_score, provider, model, prompt_version)
          join assay.jobs j on j.id = b.job_id and j.attempt = b.attempt
          join assay.assignment_drafts d on d.job_id = j.id
         order by d.assignment_id
           for update of j
    loop
        perform assay.set_actor('teacher', (built.job).teacher_id);
        delete from assay.questions q where q.assignment_id = (built.draft).assignment_id;  -- of a rubric that is taken away
        perform assay.finish_draft(built.job, built.draft, built.correction_template, built.max_score, built.provider, built.model,
                                   built.prompt_version);
        return next (built.job).id;
    end loop;
end
$$;

comment on function worker.finish_templates(uuid[], integer[], text[], integer[], text[], text[], text[]) is
    'Publishes assignments with their templates, or gives published ones their new instructions and templates; 409 assignment_locked when a text came first, 404 not_found when it was deleted. Answers the jobs that were still this worker''s.';
