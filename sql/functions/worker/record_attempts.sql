-- Every call of an AI service leaves a row, and its key a mark.
create function worker.record_attempts(
    job_ids uuid[], teacher_ids uuid[], providers text[], models text[], outcomes text[],
    milliseconds integer[], tokens_in integer[], tokens_out integer[], request_ids text[],
    retry_afters double precision[] default null, calls_per_key integer default 8)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
begin
    insert into assay.ai_attempts (job_id, teacher_id, assignment_id, provider, model, outcome, milliseconds,
                                   tokens_in, tokens_out, request_id)
    select u.job_id, u.teacher_id, a.id, u.provider, u.model, u.outcome, u.milliseconds, u.tokens_in, u.tokens_out, u.request_id
      from unnest(job_ids, teacher_ids, providers, models, outcomes, milliseconds, tokens_in, tokens_out, request_ids)
               as u (job_id, teacher_id, provider, model, outcome, milliseconds, tokens_in, tokens_out, request_id)
      left join assay.jobs j        on j.id = u.job_id
      left join assay.submissions s on s.id = j.subject_id
      left join assay.assignments a on a.id = coalesce(s.assignment_id, j.subject_id) and (a.published_at is not null or a.correction_template is not null);

    -- One statement that locks the keys in order, so that workers do not wait for each other in a circle.
    -- A key that was stored after its job had been claimed is not the one that was tried.
    with seen as (
        select k.teacher_id, k.provider, k.created_at,
               count(*) filter (where u.outcome = 'ok') as answered,
               bool_or(u.outcome = 'authentication') as refused,
               bool_or(u.outcome = 'rate') as limited,
               max(u.seconds) filter (where u.outcome = 'rate' and u.seconds > 0) as wait
          from unnest(job_ids, teacher_ids, providers, outcomes, retry_afters) as u (job_id, teacher_id, provider, outcome, seconds)
          join assay.api_keys k on (k.teacher_id, k.provider) = (u.teacher_id, u.provider)
          left join assay.jobs j on j.id = u.job_id
         where j.claimed_at is null or j.claimed_at >= k.created_at
         group by k.teacher_id, k.provider, k.created_at
    ), due as (
        select k.teacher_id, k.provider, s.answered > 0 as ok, s.refused, s.limited,
               case when s.wait <= 60 then now() + make_interval(secs => s.wait) end as back_off,
               assay.next_calls_at_once(greatest(k.calls_at_once, calls_per_key), calls_per_key, s.answered::integer,
                                        s.limited, k.last_limited_at) as calls_at_once
          from assay.api_keys k
          join seen s on (s.teacher_id, s.provider, s.created_at) = (k.teacher_id, k.provider, k.created_at)
         where s.refused
            or s.limited
            or (s.answered > 0
                and (k.last_ok_at is null or k.last_ok_at < now() - interval '1 minute' or k.last_refused_at is not null
                     or greatest(k.calls_at_once, calls_per_key) < greatest(64, calls_per_key)))
         order by k.teacher_id, k.provider
           for no key update of k
    )
    update assay.api_keys k
       set last_ok_at      = case when d.ok then now() else k.last_ok_at end,
           last_refused_at = case when d.refused then now() when not d.ok then k.last_refused_at end,
           last_limited_at = case when d.limited then now() else k.last_limited_at end,
           backoff_until   = greatest(k.backoff_until, d.back_off),
           calls_at_once   = d.calls_at_once
      from due d
     where (d.teacher_id, d.provider) = (k.teacher_id, k.provider);
end
$$;

comment on function worker.record_attempts(uuid[], uuid[], text[], text[], text[], integer[], integer[], integer[], text[], double precision[], integer) is
    'Stores attempts (outcome ok or the kind of failure; milliseconds; tokens; the service''s request id; the seconds of its Retry-After) and notes on the keys when they last worked or were refused, until when their service asked to wait (more than a minute is a failure, and holds back nobody), and how many calls they may have in flight from now on.';
