-- Texts that were graded: submission, score, ledger, coins and the end of the job, in one transaction.
create function worker.finish_gradings(
    job_ids uuid[], attempts integer[], scores integer[], providers text[], models text[], prompt_versions text[], flags json[])
    returns setof uuid
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
begin
    perform assay.set_actor('ai');

    -- Every writer of several rows locks them in this order: submissions, students, assignments, counts of submissions, each by id.
    perform from assay.students s
      where s.id in (select j.student_id from assay.jobs j where j.id = any (job_ids))
      order by s.id for no key update;
    perform from assay.assignments a
      where a.id in (select j.subject_id from assay.jobs j where j.id = any (job_ids))
      order by a.id for share;

    return query
    with done as (
        delete from assay.jobs j
         using assay.pending_submissions p
         where j.id = any (job_ids)
           and (j.id, j.attempt) in (select g.id, g.attempt from unnest(job_ids, attempts) as g (id, attempt))
           and p.job_id = j.id
        returning j.id, j.kind, j.teacher_id, j.attempt, p.student_id, p.assignment_id, p.content, p.submitted_at
    ), graded as (
        select uuidv7() as submission_id, d.*, g.score, g.provider, g.model, g.prompt_version, g.flags
          from done d
          join unnest(job_ids, scores, providers, models, prompt_versions, flags)
                   as g (id, score, provider, model, prompt_version, flags) on g.id = d.id
    ), stored as (
        insert into assay.submissions (id, student_id, assignment_id, content, score, original_score,
                                       provider, model, prompt_version, submitted_at)
        select g.submission_id, g.student_id, g.assignment_id, g.content, g.score, g.score,
               g.provider, g.model, g.prompt_version, g.submitted_at
          from graded g
    ), flagged as (
        insert into assay.flags (submission_id, kind, starts_at, ends_at)
        select g.submission_id, f.kind, f.starts_at, f.ends_at
          from graded g
         cross join lateral json_to_recordset(g.flags) as f (kind text, starts_at integer, ends_at integer)
            on conflict do nothing
    ), finished as (
        insert into assay.finished_jobs (id, kind, teacher_id, student_id, assignment_id, submission_id, score, attempt, created_at)
        select g.id, g.kind, g.teacher_id, g.student_id, g.assignment_id, g.submission_id, g.score, g.attempt, g.submitted_at
          from graded g
        returning id
    )
    select f.id from finished f, lateral pg_notify('assay_job', f.id || ' succeeded');
end
$$;

comment on function worker.finish_gradings(uuid[], integer[], integer[], text[], text[], text[], json[]) is
    'Writes the submissions, the flags of their texts (each a JSON array of kind, starts_at, ends_at), their ledger, coins and finished jobs, and tells who waits. Answers the jobs that were still this worker''s: an attempt that was superseded changes nothing.';
