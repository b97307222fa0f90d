-- Gradings that succeeded: submission, score, ledger, coins and the end of the job, in one transaction.
create function worker.finish_gradings(
    job_ids uuid[], attempts integer[], scores integer[], providers text[], models text[], prompt_versions text[],
    flag_jobs uuid[], flag_kinds text[], flag_starts integer[], flag_ends integer[])
    returns setof uuid
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
begin
    perform assay.act_as('ai');

    -- Every writer of several rows locks them in this order: submissions, students, assignments, counts of submissions, each by id.
    perform from assay.submissions s
      where s.id in (select j.submission_id from assay.jobs j where j.id = any (job_ids))
      order by s.id for no key update;
    perform from assay.students s
      where s.id in (select j.student_id from assay.jobs j where j.id = any (job_ids))
      order by s.id for no key update;
    perform from assay.assignments a
      where a.id in (select j.assignment_id from assay.jobs j where j.id = any (job_ids))
      order by a.id for share;

    return query
    with done as (
        delete from assay.jobs j
         where j.id = any (job_ids)
           and (j.id, j.attempt) in (select g.id, g.attempt from unnest(job_ids, attempts) as g (id, attempt))
        returning j.*
    ), graded as (
        select d.*, g.score, g.provider, g.model, g.prompt_version
          from done d
          join unnest(job_ids, scores, providers, models, prompt_versions) as g (id, score, provider, model, prompt_version)
            on g.id = d.id
    ), stored as (
        insert into assay.submissions (student_id, assignment_id, content, score, original_score,
                                       provider, model, prompt_version, submitted_at)
        select g.student_id, g.assignment_id, g.content, g.score, g.score,
               g.provider, g.model, g.prompt_version, g.created_at
          from graded g
         where g.submission_id is null
        returning id, student_id, assignment_id
    ), flagged as (
        insert into assay.flags (submission_id, kind, starts_at, ends_at)
        select s.id, f.kind, f.starts_at, f.ends_at
          from unnest(flag_jobs, flag_kinds, flag_starts, flag_ends) as f (id, kind, starts_at, ends_at)
          join graded g on g.id = f.id
          join stored s on (s.student_id, s.assignment_id) = (g.student_id, g.assignment_id)
         where g.submission_id is null
            on conflict do nothing
    ), regraded as (
        update assay.submissions s
           set score = g.score, provider = g.provider, model = g.model, prompt_version = g.prompt_version, graded_at = now()
          from graded g
         where s.id = g.submission_id
           and (s.provider is not null or g.replace_teacher_score)
        returning s.id
    ), finished as (
        insert into assay.finished_jobs (id, kind, teacher_id, student_id, assignment_id, submission_id, score,
                                         error_code, attempt, created_at)
        select g.id, g.kind, g.teacher_id, g.student_id, g.assignment_id, coalesce(s.id, g.submission_id),
               case when k.kept is null then g.score end,
               k.kept, g.attempt, g.created_at
          from graded g
          left join stored s on (s.student_id, s.assignment_id) = (g.student_id, g.assignment_id) and g.submission_id is null
          cross join lateral (
              select case when g.submission_id is not null
                           and not exists (select from regraded r where r.id = g.submission_id) then 'score_of_teacher' end) as k (kept)
        returning id, error_code
    )
    select f.id
      from finished f,
           lateral pg_notify('assay_job', f.id || case when f.error_code is null then ' succeeded' else ' failed' end);
end
$$;

comment on function worker.finish_gradings(uuid[], integer[], integer[], text[], text[], text[], uuid[], text[], integer[], integer[]) is
    'Writes the submissions (or the new scores of regraded ones), the flags of their texts, their ledger, coins and finished jobs, and tells who waits. Answers the jobs that were still this worker''s: an attempt that was superseded changes nothing.';
