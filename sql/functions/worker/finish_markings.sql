-- Work that was marked by its questions: submission, answers, score, ledger, coins and the end of the job, in one transaction.
create function worker.finish_markings(
    job_ids uuid[], attempts integer[], marks json[], comments text[], providers text[], models text[], prompt_versions text[], flags json[])
    returns setof uuid
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
declare
    mine record;
    made uuid;
begin
    perform assay.set_actor('ai');

    -- Every writer of several rows locks them in this order: submissions, students, assignments, counts of submissions, each by id.
    perform from assay.students s
      where s.id in (select j.student_id from assay.jobs j where j.id = any (job_ids))
      order by s.id for no key update;
    perform from assay.assignments a
      where a.id in (select j.subject_id from assay.jobs j where j.id = any (job_ids))
      order by a.id for share;

    for mine in
        select j.id, j.kind, j.teacher_id, j.attempt, p.student_id, p.assignment_id, p.content, p.submitted_at, p.collected_at,
               g.marks, g.comment, g.provider, g.model, g.prompt_version, g.flags
          from unnest(job_ids, attempts, marks, comments, providers, models, prompt_versions, flags)
                   as g (id, attempt, marks, comment, provider, model, prompt_version, flags)
          join assay.jobs j on j.id = g.id and j.attempt = g.attempt
          join assay.pending_submissions p on p.job_id = j.id
         order by p.assignment_id, j.id  -- each hand-in locks the count of its assignment
           for update of j
    loop
        perform set_config('assay.audit_reason', case when mine.collected_at is null then '' else 'collected at the deadline' end, true);
        made := assay.hand_in_answers(mine.student_id, mine.assignment_id, mine.content, mine.submitted_at,
                                      mine.marks, mine.comment, mine.provider, mine.model, mine.prompt_version);
        insert into assay.flags (submission_id, kind, starts_at, ends_at)
        select made, f.kind, f.starts_at, f.ends_at
          from json_to_recordset(mine.flags) as f (kind text, starts_at integer, ends_at integer)
            on conflict do nothing;
        insert into assay.finished_jobs (id, kind, teacher_id, student_id, assignment_id, submission_id, score, attempt, created_at)
        select mine.id, mine.kind, mine.teacher_id, s.student_id, s.assignment_id, s.id, s.score, mine.attempt, mine.submitted_at
          from assay.submissions s
         where s.id = made;
        delete from assay.jobs j where j.id = mine.id;
        perform pg_notify('assay_job', mine.id || ' succeeded');
        return next mine.id;
    end loop;
end
$$;

comment on function worker.finish_markings(uuid[], integer[], json[], text[], text[], text[], text[], json[]) is
    'Writes the submissions with their answers (assay.hand_in_answers; marks as assay.read_marks takes them), flags, ledger, coins and finished jobs, and tells who waits. The total is the sum of the marks and of what the database marks itself. Answers the jobs that were still this worker''s.';
