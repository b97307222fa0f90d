-- What a model gave in tries becomes the result of the submissions.
-- enable_seqscan: a plan made while there are few cases is kept by the session, and must not read all of many later.
create function api.promote_tries(token_digest bytea, assignment_id uuid, provider text, model text, prompt_version text, reason text)
    returns table (promoted bigint, skipped bigint)
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    me     assay.teachers    := assay.teacher(token_digest);
    one    assay.assignments := assay.own_assignment(me.id, promote_tries.assignment_id);
    chosen record;
begin
    perform assay.set_actor('teacher', me.id);
    perform assay.set_audit_reason(promote_tries.reason);

    -- Every writer of several rows locks them in this order: submissions, students, each by id.
    perform from assay.submissions s
      where s.id in (select c.submission_id from assay.cases c where c.assignment_id = one.id)
      order by s.id for no key update;
    perform from assay.students p
      where p.id in (select s.student_id from assay.cases c join assay.submissions s on s.id = c.submission_id where c.assignment_id = one.id)
      order by p.id for no key update;

    -- Of each case the first try that can be used: all its marks do, and they are of today's rubric.
    with firsts as (
        select distinct on (c.id) c.submission_id, t.id as try_id, n.total
          from assay.cases c
          join assay.tries t on t.case_id = c.id
          join reporting.case_totals n on n.try_id = t.id and n.assignment_id = one.id
         where c.assignment_id = one.id
           and c.submission_id is not null
           and t.provider = promote_tries.provider
           and t.model = promote_tries.model
           and t.prompt_version = promote_tries.prompt_version
           and t.rubric_digest = assay.rubric_digest(one.id)
           and n.total is not null
         order by c.id, t.number
    )
    select array_agg(f.submission_id order by f.submission_id) filter (where not k.is_kept) as submissions,
           array_agg(f.try_id order by f.submission_id) filter (where not k.is_kept) as tries,
           array_agg(f.total order by f.submission_id) filter (where not k.is_kept) as totals,
           count(*) filter (where not k.is_kept) as promoted,
           count(*) filter (where k.is_kept) as skipped
      into chosen
      from firsts f
      join assay.submissions s on s.id = f.submission_id
     cross join lateral (select assay.is_score_of_person(s) as is_kept) k;

    -- Machines gave what is paid from now on, whoever chose which.
    perform assay.set_coins_moved_by('regraded');  -- for pay_coins
    update assay.submissions s
       set score = n.total, provider = promote_tries.provider, model = promote_tries.model, prompt_version = promote_tries.prompt_version,
           graded_at = clock_timestamp()
      from unnest(chosen.submissions, chosen.totals) as n (id, total)
     where s.id = n.id
       and not exists (select from assay.questions_of_cases(one.id));
    perform assay.set_coins_moved_by(null);
    -- The score follows with the answers (add_up_answers). What a person gave stays, and what the database gave blank ones.
    update assay.answers x
       set score = m.score, reason = m.reason, evidence = m.evidence, quotes_unfound = m.quotes_unfound,
           provider = promote_tries.provider, model = promote_tries.model, prompt_version = promote_tries.prompt_version,
           marked_at = clock_timestamp()
      from unnest(chosen.submissions, chosen.tries) as n (submission_id, try_id)
      join assay.marks m on m.try_id = n.try_id
     where x.submission_id = n.submission_id
       and x.question_id = m.question_id
       and x.marked_by = 'ai';
    update assay.tries t set promoted_at = now() where t.id = any (chosen.tries);
    return query select chosen.promoted, chosen.skipped;
end
$$;

comment on function api.promote_tries(bytea, uuid, text, text, text, text) is
    'Makes the first usable try of this model, prompt and of today''s rubric the current result of each submission that is a case of an own assignment, evidence with it; ledger and coins follow, and the audit of the tries says why. Skipped is each whose score a person gave; of others the parts that a person gave stay. 404 not_found.';
