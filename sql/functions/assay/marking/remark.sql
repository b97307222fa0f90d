-- Marks anew what the database marks, after a key was corrected or a question became void.
create or replace function assay.remark(question_ids uuid[])
    returns table (remarked bigint, raised bigint, lowered bigint)
    language plpgsql volatile
    set search_path = ''
as $$
declare
    worse record;  -- attempts that count, and the better ones that will
begin
    -- Every writer of several rows locks them in this order: submissions, students, assignments, each by id; answers come
    -- last. Once the assignment is locked nobody hands in: who marks a hand-in locks it first (assay.check_deadline does),
    -- so that each answer is marked either before, and here again, or by the new key.
    perform from assay.submissions s
      where s.id in (select x.submission_id from assay.answers x where x.question_id = any (question_ids))
      order by s.id for no key update;
    perform from assay.students p
      where p.id in (select x.student_id from assay.answers x where x.question_id = any (question_ids))
      order by p.id for no key update;
    perform from assay.assignments a
      where a.id in (select q.assignment_id from assay.questions q where q.id = any (question_ids))
      order by a.id for no key update;

    -- Of several attempts the best counts, by the key as it is now. Two statements, for a place in a submission is taken
    -- once it is free (one_answer_counts); what was neither checked nor counts is not marked.
    select coalesce(array_agg(counts.id), '{}') as ids, coalesce(array_agg(best.id), '{}') as best_ids,
           array_agg(counts.submission_id) as submission_ids
      into worse
      from assay.answers counts
      join assay.questions q on q.id = counts.question_id
      join assay.assignments a on a.id = q.assignment_id and a.attempts > 1
     cross join lateral (
           select x.id, assay.mark(q, x.picked, x.indents, x.texts) as score
             from assay.answers x
            where x.student_id = counts.student_id
              and x.question_id = counts.question_id
            order by 2 desc nulls last, x.attempt desc
            limit 1) best
     where q.id = any (question_ids)
       and counts.submission_id is not null
       and counts.marked_by = 'database'
       and best.score > assay.mark(q, counts.picked, counts.indents, counts.texts);
    update assay.answers x
       set submission_id = null,
           score         = case when x.checked_at is not null then x.score end,
           marked_by     = case when x.checked_at is not null then x.marked_by end
     where x.id = any (worse.ids);
    update assay.answers x
       set submission_id = b.submission_id, score = coalesce(x.score, 0), marked_by = 'database'
      from unnest(worse.best_ids, worse.submission_ids) as b (id, submission_id)
     where x.id = b.id;

    -- A total that a person set stays within the maximum: what they added or took off gives way to what is earned now.
    update assay.submissions s
       set adjustment = greatest(least(s.adjustment, n.highest - n.score), -n.score)
      from (select x.submission_id, max(a.max_score) as highest,
                   sum(case when q.id = any (question_ids) and (x.marked_by = 'database' or q.voided_at is not null)
                            then assay.mark(q, x.picked, x.indents, x.texts) else coalesce(x.score, 0) end) as score
              from assay.submissions t
              join assay.assignments a on a.id = t.assignment_id
              join assay.answers x on x.submission_id = t.id
              join assay.questions q on q.id = x.question_id
             where t.adjustment <> 0
               and t.id in (select x.submission_id from assay.answers x where x.question_id = any (question_ids))
             group by x.submission_id) n
     where s.id = n.submission_id
       and not (s.adjustment + n.score between 0 and n.highest);

    return query
    with marked as (
        select x.id, x.score as before, assay.mark(q, x.picked, x.indents, x.texts) as score
          from assay.answers x
          join assay.questions q on q.id = x.question_id
         where q.id = any (question_ids)
           and x.score is not null
           -- What a person gave stays (person_before_machine), unless the question is void: then all earn the maximum.
           and (x.marked_by = 'database' or q.voided_at is not null)
    ), moved as (
        update assay.answers x
           set score = m.score, marked_by = 'database', marked_at = now(), reason = null, evidence = null, quotes_unfound = 0,
               provider = null, model = null, prompt_version = null
          from marked m
         where x.id = m.id
           and (x.score <> m.score or x.id = any (worse.best_ids))
    )
    select count(*), count(*) filter (where m.score > m.before), count(*) filter (where m.score < m.before) from marked m;
end
$$;

comment on function assay.remark(uuid[]) is
    'Marks all answers to these questions anew that the database marked (of a void question: all), and lets submissions, ledger (regraded) and coins follow. Where another attempt is the better one now, it counts instead; where a total that a person set would leave the range from 0 to the maximum, its adjustment gives way. Answers how many were marked, raised and lowered.';
