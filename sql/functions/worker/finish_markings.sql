-- Texts that were graded by criteria: submission, answers, score, ledger, coins and the end of the job, in one transaction.
create function worker.finish_markings(
    job_ids uuid[], attempts integer[], marks json[], comments text[], providers text[], models text[], prompt_versions text[], flags json[])
    returns setof uuid
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
declare
    stored record;
begin
    perform assay.set_actor('ai');

    -- Every writer of several rows locks them in this order: submissions, students, assignments, counts of submissions, each by id.
    perform from assay.students s
      where s.id in (select j.student_id from assay.jobs j where j.id = any (job_ids))
      order by s.id for no key update;
    perform from assay.assignments a
      where a.id in (select j.subject_id from assay.jobs j where j.id = any (job_ids))
      order by a.id for share;

    with done as (
        delete from assay.jobs j
         using assay.pending_submissions p
         where j.id = any (job_ids)
           and (j.id, j.attempt) in (select g.id, g.attempt from unnest(job_ids, attempts) as g (id, attempt))
           and p.job_id = j.id
        returning j.id, j.kind, j.teacher_id, j.attempt, p.student_id, p.assignment_id, p.content, p.submitted_at
    ), graded as (
        select uuidv7() as submission_id, d.*, g.marks, g.comment, g.provider, g.model, g.prompt_version, g.flags,
               (select sum(m.score) from json_to_recordset(g.marks) as m (score integer)) as score
          from done d
          join unnest(job_ids, marks, comments, providers, models, prompt_versions, flags)
                   as g (id, marks, comment, provider, model, prompt_version, flags) on g.id = d.id
    ), submissions as (
        insert into assay.submissions (id, student_id, assignment_id, content, score, original_score, comment,
                                       provider, model, prompt_version, submitted_at)
        select g.submission_id, g.student_id, g.assignment_id, g.content, g.score, g.score, g.comment,
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
    )
    select array_agg(g.id) as job_ids, array_agg(g.submission_id) as ids, array_agg(g.marks) as marks,
           array_agg(g.provider) as providers, array_agg(g.model) as models, array_agg(g.prompt_version) as prompt_versions
      into stored
      from graded g;

    -- A statement of its own: the rules for answers look at their submissions.
    insert into assay.answers (student_id, question_id, submission_id, score, marked_by, reason, evidence, quotes_unfound,
                               provider, model, prompt_version, marked_at)
    select m.student_id, m.question_id, m.submission_id, m.score, 'ai', m.reason, m.evidence, m.quotes_unfound,
           g.provider, g.model, g.prompt_version, clock_timestamp()
      from assay.read_marks(stored.ids, stored.marks) m
      join unnest(stored.ids, stored.providers, stored.models, stored.prompt_versions) as g (id, provider, model, prompt_version)
        on g.id = m.submission_id;

    return query
    select f.id from unnest(stored.job_ids) as f (id), lateral pg_notify('assay_job', f.id || ' succeeded');
end
$$;

comment on function worker.finish_markings(uuid[], integer[], json[], text[], text[], text[], text[], json[]) is
    'Writes the submissions with their answers (marks as assay.read_marks takes them), flags, ledger, coins and finished jobs, and tells who waits. The total is the sum of the marks. Answers the jobs that were still this worker''s.';
