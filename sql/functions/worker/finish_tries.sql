-- What models answered about cases: marks, and the end of the job, in one transaction. No coin moves.
create function worker.finish_tries(job_ids uuid[], attempts integer[], marks json[], prompt_versions text[], rubric_digests text[])
    returns setof uuid
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
declare
    over   record;
    marked record;
begin
    perform assay.set_actor('ai');

    -- One at a time for each case, so that a number that another prompt has taken is seen (tried_once).
    perform from assay.cases c
      where c.id in (select t.case_id from assay.tries t where t.id = any (job_ids))
      order by c.id for no key update;

    for over in
        select j.id, g.marks, g.prompt_version, decode(g.rubric_digest, 'hex') as rubric_digest
          from unnest(job_ids, attempts, marks, prompt_versions, rubric_digests) as g (id, attempt, marks, prompt_version, rubric_digest)
          join assay.jobs j on j.id = g.id and j.attempt = g.attempt
         order by j.id
           for update of j
    loop
        select t.case_id, c.assignment_id into marked
          from assay.tries t
          join assay.cases c on c.id = t.case_id
         where t.id = over.id
           and t.finished_at is null;
        if not found then
            perform assay.fail_job(over.id, 'not_found', 'rule');
        elsif over.rubric_digest is distinct from assay.rubric_digest(marked.assignment_id) then
            perform assay.fail_job(over.id, 'rubric_changed', 'rule');
        else
            update assay.tries t
               set prompt_version = over.prompt_version, rubric_digest = over.rubric_digest, finished_at = clock_timestamp(),
                   number = case when n.is_taken then n.next else t.number end
              from (select coalesce(bool_or(o.number = own.number), false) as is_taken, coalesce(max(o.number), 0) + 1 as next
                      from assay.tries own
                      left join assay.tries o on o.case_id = own.case_id and o.provider = own.provider and o.model = own.model
                                             and o.prompt_version = over.prompt_version and o.id <> own.id
                     where own.id = over.id) n
             where t.id = over.id;
            insert into assay.marks (try_id, question_id, score, reason, evidence, quotes_unfound, error)
            select over.id, m.question_id, m.score, m.reason, m.evidence, m.quotes_unfound, m.error
              from assay.read_case_marks(marked.case_id, over.marks) m;
            insert into assay.finished_jobs (id, kind, teacher_id, assignment_id, attempt, created_at)
            select j.id, j.kind, j.teacher_id, marked.assignment_id, j.attempt, j.created_at
              from assay.jobs j
             where j.id = over.id;
            delete from assay.jobs j where j.id = over.id;
            perform pg_notify('assay_job', over.id || ' succeeded');
        end if;
        return next over.id;
    end loop;
end
$$;

comment on function worker.finish_tries(uuid[], integer[], json[], text[], text[]) is
    'Writes the marks of tries (as assay.read_case_marks takes them) and finished jobs, and tells who waits. A try whose rubric was changed meanwhile fails (rubric_changed). Answers the jobs that were still this worker''s.';
