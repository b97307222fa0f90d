-- Marks anew what the database marks, after a key was corrected or a question became void.
create or replace function assay.remark(question_ids uuid[])
    returns table (remarked bigint, raised bigint, lowered bigint)
    language plpgsql volatile
    set search_path = ''
as $$
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
           and x.score <> m.score
    )
    select count(*), count(*) filter (where m.score > m.before), count(*) filter (where m.score < m.before) from marked m;
end
$$;

comment on function assay.remark(uuid[]) is
    'Marks all answers to these questions anew that the database marked (of a void question: all), and lets submissions, ledger (regraded) and coins follow. Answers how many were marked, raised and lowered.';
