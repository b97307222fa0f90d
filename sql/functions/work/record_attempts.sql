-- Every call of an AI service leaves a row, and its key a mark.
create function work.record_attempts(
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

    update assay.api_keys k
       set last_ok_at = now(), last_refused_at = null
     where (k.last_ok_at is null or k.last_ok_at < now() - interval '1 minute' or k.last_refused_at is not null)
       and exists (select from unnest(teacher_ids, providers, outcomes) as u (teacher_id, provider, outcome)
                    where (u.teacher_id, u.provider) = (k.teacher_id, k.provider) and u.outcome = 'ok');
    update assay.api_keys k
       set cools_until = greatest(k.cools_until, now() + make_interval(secs => least(u.seconds, 3600)))
      from (select u.teacher_id, u.provider, max(u.seconds) as seconds
              from unnest(teacher_ids, providers, outcomes, retry_afters) as u (teacher_id, provider, outcome, seconds)
             where u.outcome = 'rate' and u.seconds > 0
             group by u.teacher_id, u.provider) u
     where (u.teacher_id, u.provider) = (k.teacher_id, k.provider);
    update assay.api_keys k
       set last_refused_at = now()
     where exists (select from unnest(teacher_ids, providers, outcomes) as u (teacher_id, provider, outcome)
                    where (u.teacher_id, u.provider) = (k.teacher_id, k.provider) and u.outcome = 'authentication');
end
$$;

comment on function work.record_attempts(uuid[], uuid[], uuid[], text[], text[], text[], integer[], integer[], integer[], text[], double precision[]) is
    'Stores attempts (outcome ok or the kind of failure; milliseconds; tokens; the service''s request id; the seconds of its Retry-After) and notes on the keys when they last worked or were refused, and until when they cool.';
