-- A request with an Idempotency-Key: what it was answered before, else what its statement answers now, which is kept.
--   :token_digest bytea   :idempotency_key text   :request_digest bytea
-- The statement of the route stands in place of the one that makes nothing; it runs where nothing was answered before.
with act (job_id, finished, body) as (
    select null::uuid, null::boolean, null::json
)
select kept.job_id, kept.finished, kept.body
  from api.claim_key(token_digest => :token_digest, idempotency_key => :idempotency_key, request_digest => :request_digest) as known
 cross join lateral api.keep_answer(
           token_digest    => :token_digest,
           idempotency_key => :idempotency_key,
           earlier         => known,
           made            => case when known is null then (select (act.job_id, act.finished, act.body)::api.answer from act) end) as kept;
