-- Every call of an AI service leaves a row, and its key a mark.
create function worker.record_attempts(
    job_ids uuid[], teacher_ids uuid[], assignment_ids uuid[], providers text[], models text[], outcomes text[],
    milliseconds integer[], tokens_in integer[], tokens_out integer[], request_ids text[],
    retry_afters double precision[] default null)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
begin
    insert into assay.ai_attempts (job_id, teacher_id, assignment_id, provider, model, outcome, milliseconds,
                                   tokens_in, tokens_out, request_id)
    select *
      from unnest(job_ids, teacher_ids, assignment_ids, providers, models, outcomes, milliseconds,
                  tokens_in, tokens_out, request_ids);

    -- One statement that locks the keys in order, so that workers do not wait for each other in a circle.
    -- A key that was stored after its job had been claimed is not the one that was tried.
    with seen as (
        select k.teacher_id, k.provider, k.created_at,
               bool_or(u.outcome = 'ok') as ok, bool_or(u.outcome = 'authentication') as refused,
               max(u.seconds) filter (where u.outcome = 'rate' and u.seconds > 0) as wait
          from unnest(job_ids, teacher_ids, providers, outcomes, retry_afters) as u (job_id, teacher_id, provider, outcome, seconds)
          join assay.api_keys k on (k.teacher_id, k.provider) = (u.teacher_id, u.provider)
          left join assay.jobs j on j.id = u.job_id
         where j.claimed_at is null or j.claimed_at >= k.created_at
         group by k.teacher_id, k.provider, k.created_at
    ), due as (
        select k.teacher_id, k.provider, s.ok, s.refused,
               case when s.wait <= 60 then now() + make_interval(secs => s.wait) end as cool
          from assay.api_keys k
          join seen s on (s.teacher_id, s.provider, s.created_at) = (k.teacher_id, k.provider, k.created_at)
         where s.refused
            or s.wait <= 60
            or (s.ok and (k.last_ok_at is null or k.last_ok_at < now() - interval '1 minute' or k.last_refused_at is not null))
         order by k.teacher_id, k.provider
           for no key update of k
    )
    update assay.api_keys k
       set last_ok_at      = case when d.ok then now() else k.last_ok_at end,
           last_refused_at = case when d.refused then now() when not d.ok then k.last_refused_at end,
           cools_until     = greatest(k.cools_until, d.cool)
      from due d
     where (d.teacher_id, d.provider) = (k.teacher_id, k.provider);
end
$$;

comment on function worker.record_attempts(uuid[], uuid[], uuid[], text[], text[], text[], integer[], integer[], integer[], text[], double precision[]) is
    'Stores attempts (outcome ok or the kind of failure; milliseconds; tokens; the service''s request id; the seconds of its Retry-After) and notes on the keys when they last worked or were refused, and until when they cool: a wait of more than a minute is a failure, and holds back nobody.';
