-- Rubrics that were built: the assignment is published, or changes, with its criteria, and its template is the rubric written out.
create function worker.finish_rubrics(
    job_ids uuid[], attempts integer[], criteria json[], max_scores integer[], providers text[], models text[], prompt_versions text[])
    returns setof uuid
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
declare
    built record;
begin
    for built in
        select j as job, d as draft, b.criteria, b.max_score, b.provider, b.model, b.prompt_version
          from unnest(job_ids, attempts, criteria, max_scores, providers, models, prompt_versions)
                   as b (job_id, attempt, criteria, max_score, provider, model, prompt_version)
          join assay.jobs j on j.id = b.job_id and j.attempt = b.attempt
          join assay.assignment_drafts d on d.job_id = j.id
         order by d.assignment_id
           for update of j
    loop
        perform assay.set_actor('teacher', (built.job).teacher_id);
        delete from assay.questions q where q.assignment_id = (built.draft).assignment_id;
        perform assay.add_questions((built.draft).assignment_id, array(
            select row('criterion', c.title, c.prompt, c.max_score, null, null, null, null, null, c.levels)::api.sent_question
              from rows from (json_to_recordset(built.criteria) as (title text, prompt text, max_score integer, levels api.sent_option[]))
                   with ordinality as c (title, prompt, max_score, levels, number)
             order by c.number));
        perform assay.finish_draft(built.job, built.draft, assay.template_of_rubric((built.draft).assignment_id), built.max_score,
                                   built.provider, built.model, built.prompt_version);
        return next (built.job).id;
    end loop;
end
$$;

comment on function worker.finish_rubrics(uuid[], integer[], json[], integer[], text[], text[], text[]) is
    'As worker.finish_templates, with criteria (each a JSON array of title, prompt, max_score and levels (score, text)) that become the assignment''s questions.';
