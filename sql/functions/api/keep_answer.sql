-- What a request with an Idempotency-Key is answered now is what it is answered when it comes again.
create function api.keep_answer(token_digest bytea, idempotency_key text, earlier api.answer, made api.answer)
    returns api.answer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me     assay.sessions;
    of_key bytea;
begin
    select x.* into me from assay.sessions x where x.digest = keep_answer.token_digest and x.expires_at > now();
    if not found then
        perform assay.refuse_caller(keep_answer.token_digest);
    end if;
    if num_nonnulls(earlier.job_id, earlier.body) > 0 then
        return earlier;
    end if;
    of_key := assay.key_digest(coalesce(me.student_id, me.teacher_id), keep_answer.idempotency_key);
    if num_nonnulls(made.job_id, made.body) = 0 then  -- there is nothing to answer with: 404
        delete from assay.idempotency_keys k where k.digest = of_key;
    else
        update assay.idempotency_keys k
           set job_id = made.job_id,
               body   = case when made.job_id is null then made.body::text end
         where k.digest = of_key;
    end if;
    return made;
end
$$;

comment on function api.keep_answer(bytea, text, api.answer, api.answer) is
    'Answers what api.claim_key found (earlier); else keeps what was made under the key that it claimed, of a job only which it is, and answers that.';
