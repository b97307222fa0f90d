-- By what an Idempotency-Key of an account is known.
create or replace function assay.key_digest(account_id uuid, idempotency_key text)
    returns bytea
    language sql immutable parallel safe
    set search_path = ''
begin atomic
    select sha256(convert_to(concat(key_digest.account_id, ' ', key_digest.idempotency_key), 'UTF8'));
end;

comment on function assay.key_digest(uuid, text) is
    'SHA-256 of an account and a key that it sent: two accounts never share a key, and the key itself is not kept.';
