-- Submissions that were marked again by their questions: answers, score, ledger, coins and the end of the job, in one transaction.
create function worker.finish_remarkings(
    job_ids uuid[], attempts integer[], marks json[], comments text[], providers text[], models text[], prompt_versions text[])
    returns setof uuid
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
declare
    kept uuid;
    mine record;
begin
    perform assay.set_actor('ai');

    -- Every writer of several rows locks them in this order: submissions, students, assignments, counts of submissions, each by id.
    perform from assay.submissions s
      where s.id in (select j.subject_id from assay.jobs j where j.id = any (job_ids))
      order by s.id for no key update;
    perform from assay.students s
      where s.id in (select j.student_id from assay.jobs j where j.id = any (job_ids))
      order by s.id for no key update;

    -- What a person decided meanwhile stays.
    for kept in
        select j.id
          from unnest(job_ids, attempts) as g (id, attempt)
          join assay.jobs j on j.id = g.id and j.attempt = g.attempt
          join assay.pending_regrades r on r.job_id = j.id
          join assay.submissions s on s.id = r.submission_id
         where not r.replace_teacher_score
           and assay.is_score_of_person(s)
         order by j.id
    loop
        perform assay.fail_job(kept, 'score_of_teacher', 'rule');
        return next kept;
    end loop;

    select array_agg(m.job_id) as job_ids, array_agg(m.subject_id) as ids, array_agg(m.replaces) as replaces, array_agg(m.marks) as marks,
           array_agg(m.comment) as comments, array_agg(m.provider) as providers, array_agg(m.model) as models,
           array_agg(m.prompt_version) as prompt_versions
      into mine
      from (select j.subject_id, r.replace_teacher_score as replaces, g.*
              from unnest(job_ids, attempts, marks, comments, providers, models, prompt_versions)
                       as g (job_id, attempt, marks, comment, provider, model, prompt_version)
              join assay.jobs j on j.id = g.job_id and j.attempt = g.attempt
              join assay.pending_regrades r on r.job_id = j.id
               for update of j) m;

    -- The score follows with the answers (add_up_answers), so that the ledger gets one row.
    update assay.submissions s
       set adjustment   = case when g.replaces then 0 else s.adjustment end,
           comment      = case when g.replaces or s.commented_at is null then coalesce(g.comment, s.comment) else s.comment end,
           commented_at = case when g.replaces and g.comment is not null then null else s.commented_at end
      from unnest(mine.ids, mine.replaces, mine.comments) as g (id, replaces, comment)
     where s.id = g.id;
    update assay.answers x
       set score          = n.score,
           marked_by      = case when n.by_ai then 'ai' else 'database' end,
           marked_at      = clock_timestamp(),
           reason         = n.reason,
           evidence       = n.evidence,
           quotes_unfound = coalesce(n.quotes_unfound, 0),
           provider       = case when n.by_ai then n.provider end,
           model          = case when n.by_ai then n.model end,
           prompt_version = case when n.by_ai then n.prompt_version end
      from (select i.id, m.question_id is not null as by_ai, coalesce(m.score, assay.mark(q, i.picked, i.indents, i.texts), 0) as score,
                   m.reason, m.evidence, m.quotes_unfound, g.provider, g.model, g.prompt_version
              from unnest(mine.ids, mine.replaces, mine.providers, mine.models, mine.prompt_versions)
                       as g (id, replaces, provider, model, prompt_version)
              join assay.answers i on i.submission_id = g.id
              join assay.questions q on q.id = i.question_id
              left join assay.read_marks(mine.ids, mine.marks) m
                     on m.submission_id = g.id and m.question_id = q.id and q.voided_at is null
             where case when g.replaces then m.question_id is not null or i.marked_by = 'teacher'
                        else m.question_id is not null and i.marked_by is distinct from 'teacher' end) n
     where x.id = n.id;

    return query
    with ended as (
        delete from assay.jobs j where j.id = any (mine.job_ids) returning j.*
    ), finished as (
        insert into assay.finished_jobs (id, kind, teacher_id, student_id, assignment_id, submission_id, score, attempt, created_at)
        select e.id, e.kind, e.teacher_id, e.student_id, s.assignment_id, s.id, s.score, e.attempt, e.created_at
          from ended e
          join assay.submissions s on s.id = e.subject_id
        returning id
    )
    select f.id from finished f, lateral pg_notify('assay_job', f.id || ' succeeded');
end
$$;

comment on function worker.finish_remarkings(uuid[], integer[], json[], text[], text[], text[], text[]) is
    'Replaces the marks of submissions and finishes their jobs; what a person gave stays, question by question, and a total that a person set makes the job fail (score_of_teacher), unless it was asked to replace them, by the AI or by the database, which also takes the adjustment away. Answers the jobs that were still this worker''s.';
