-- Work that was marked by its questions: submission, answers, score, ledger, coins and the end of the job, in one transaction.
create function worker.finish_markings(
    job_ids uuid[], attempts integer[], marks json[], comments text[], providers text[], models text[], prompt_versions text[], flags json[])
    returns setof uuid
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
declare
    part record;
begin
    perform assay.set_actor('ai');

    -- Every writer of several rows locks them in this order: submissions, students, assignments, counts of submissions, each by id.
    perform from assay.students s
      where s.id in (select j.student_id from assay.jobs j where j.id = any (job_ids))
      order by s.id for no key update;
    perform from assay.assignments a
      where a.id in (select j.subject_id from assay.jobs j where j.id = any (job_ids))
      order by a.id for share;

    -- All in one part, unless some were collected at a deadline, which the audit says of those alone: then by assignment,
    -- since each part locks the counts of its assignments.
    for part in
        select w.collected, array_agg(w.job_id) as job_ids
          from (select p.job_id, p.assignment_id, p.collected_at is not null as collected,
                       bool_or(p.collected_at is not null) over () as some_collected
                  from assay.pending_submissions p
                 where p.job_id = any (finish_markings.job_ids)) w
         group by w.collected, case when w.some_collected then w.assignment_id end
         order by case when w.some_collected then w.assignment_id end
    loop
        perform set_config('assay.audit_reason', case when part.collected then 'collected at the deadline' else '' end, true);

        return query
        with mine as materialized (
            select j.id, j.kind, j.teacher_id, j.attempt, p.student_id, p.assignment_id, p.content, p.submitted_at,
                   g.marks, g.comment, g.provider, g.model, g.prompt_version, g.flags
              from unnest(finish_markings.job_ids, attempts, marks, comments, providers, models, prompt_versions, flags)
                       as g (id, attempt, marks, comment, provider, model, prompt_version, flags)
              join assay.jobs j on j.id = g.id and j.attempt = g.attempt
              join assay.pending_submissions p on p.job_id = j.id
             where j.id = any (part.job_ids)
               for update of j
        ), stored as materialized (
            select h.*
              from (select array_agg(k.student_id) as students, array_agg(k.assignment_id) as assignments, array_agg(k.content::text) as contents,
                           array_agg(k.submitted_at) as submitted_at, array_agg(k.marks) as marks, array_agg(k.comment) as comments,
                           array_agg(k.provider) as providers, array_agg(k.model) as models, array_agg(k.prompt_version) as prompt_versions
                      from mine k) w
             cross join lateral assay.hand_in_answers(w.students, w.assignments, w.contents, w.submitted_at, w.marks, w.comments,
                                                      w.providers, w.models, w.prompt_versions) h
        ), flagged as (
            insert into assay.flags (submission_id, kind, starts_at, ends_at)
            select s.id, f.kind, f.starts_at, f.ends_at
              from stored s
              join mine k on k.student_id = s.student_id and k.assignment_id = s.assignment_id
             cross join lateral json_to_recordset(k.flags) as f (kind text, starts_at integer, ends_at integer)
                on conflict do nothing
        ), finished as (
            insert into assay.finished_jobs (id, kind, teacher_id, student_id, assignment_id, submission_id, score, attempt, created_at)
            select k.id, k.kind, k.teacher_id, k.student_id, k.assignment_id, s.id, s.score, k.attempt, k.submitted_at
              from stored s
              join mine k on k.student_id = s.student_id and k.assignment_id = s.assignment_id
            returning id
        ), done as (
            delete from assay.jobs j using finished f where j.id = f.id
            returning j.id
        )
        select d.id from done d, lateral pg_notify('assay_job', d.id || ' succeeded');
    end loop;
end
$$;

comment on function worker.finish_markings(uuid[], integer[], json[], text[], text[], text[], text[], json[]) is
    'Writes the submissions with their answers (assay.hand_in_answers; marks as assay.read_marks takes them), flags, ledger, coins and finished jobs, and tells who waits. The total is the sum of the marks and of what the database marks itself. Answers the jobs that were still this worker''s.';
