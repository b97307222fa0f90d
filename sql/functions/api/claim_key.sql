-- A request with an Idempotency-Key: what it was answered when it came before.
create function api.claim_key(token_digest bytea, idempotency_key text, request_digest bytea)
    returns api.answer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me      assay.sessions;
    earlier assay.idempotency_keys;
    of_key  bytea;
begin
    select x.* into me from assay.sessions x where x.digest = claim_key.token_digest and x.expires_at > now();
    if not found then
        perform assay.refuse_caller(claim_key.token_digest);
    end if;
    of_key := assay.key_digest(coalesce(me.student_id, me.teacher_id), claim_key.idempotency_key);

    -- Of two that come at once the second waits here for the end of the first one's transaction: it finds what that one
    -- was answered, or, when that one was refused, takes its place. A job that failed has made nothing: it is begun anew.
    insert into assay.idempotency_keys as k (digest, student_id, teacher_id, request_digest)
    values (of_key, me.student_id, me.teacher_id, claim_key.request_digest)
        on conflict (digest) do update
       set request_digest = excluded.request_digest, job_id = null, body = null, expires_at = excluded.expires_at
     where k.expires_at <= now()
        or exists (select from assay.finished_jobs f where f.id = k.job_id and f.error_code is not null);
    if found then
        return null;
    end if;

    select k.* into earlier from assay.idempotency_keys k where k.digest = of_key;
    if earlier.request_digest <> claim_key.request_digest then
        perform assay.refuse('idempotency_key_reused');
    end if;
    return (earlier.job_id, null, earlier.body::json)::api.answer;
end
$$;

comment on function api.claim_key(bytea, text, bytea) is
    'Null: the key is new, or what it was used for failed, and this transaction has it. Else what was answered: the body, or the job. 422 idempotency_key_reused when something else was asked with it within a day.';
