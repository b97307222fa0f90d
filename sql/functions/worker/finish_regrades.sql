-- Submissions that were graded again: score, ledger, coins and the end of the job, in one transaction.
create function worker.finish_regrades(
    job_ids uuid[], attempts integer[], scores integer[], providers text[], models text[], prompt_versions text[])
    returns setof uuid
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
begin
    perform assay.set_actor('ai');

    -- Every writer of several rows locks them in this order: submissions, students, assignments, counts of submissions, each by id.
    perform from assay.submissions s
      where s.id in (select j.subject_id from assay.jobs j where j.id = any (job_ids))
      order by s.id for no key update;
    perform from assay.students s
      where s.id in (select j.student_id from assay.jobs j where j.id = any (job_ids))
      order by s.id for no key update;

    return query
    with done as (
        delete from assay.jobs j
         using assay.pending_regrades r, assay.submissions s
         where j.id = any (job_ids)
           and (j.id, j.attempt) in (select g.id, g.attempt from unnest(job_ids, attempts) as g (id, attempt))
           and r.job_id = j.id
           and s.id = r.submission_id
        returning j.*, r.replace_teacher_score, s.assignment_id
    ), graded as (
        select d.*, g.score, g.provider, g.model, g.prompt_version
          from done d
          join unnest(job_ids, scores, providers, models, prompt_versions) as g (id, score, provider, model, prompt_version)
            on g.id = d.id
    ), regraded as (
        update assay.submissions s
           set score = g.score, provider = g.provider, model = g.model, prompt_version = g.prompt_version, graded_at = now()
          from graded g
         where s.id = g.subject_id
           and (s.provider is not null or g.replace_teacher_score)
        returning s.id
    ), finished as (
        insert into assay.finished_jobs (id, kind, teacher_id, student_id, assignment_id, submission_id, score,
                                         error_code, cause, attempt, created_at)
        select g.id, g.kind, g.teacher_id, g.student_id, g.assignment_id, g.subject_id,
               case when r.id is not null then g.score end,
               k.kept, case when k.kept is not null then 'rule' end,
               g.attempt, g.created_at
          from graded g
          left join regraded r on r.id = g.subject_id
         cross join lateral (select case when r.id is null then 'score_of_teacher' end) as k (kept)
        returning id, error_code
    )
    select f.id
      from finished f,
           lateral pg_notify('assay_job', f.id || case when f.error_code is null then ' succeeded' else ' failed' end);
end
$$;

comment on function worker.finish_regrades(uuid[], integer[], integer[], text[], text[], text[]) is
    'Writes the new scores of submissions, their ledger, coins and finished jobs, and tells who waits; a score that a teacher gave meanwhile stays, and the job fails (score_of_teacher), unless it was asked to replace it. Answers the jobs that were still this worker''s.';
