-- The session of whoever calls, by the digest of the token.
create or replace function assay.caller(token_digest bytea)
    returns assay.sessions
    language plpgsql stable
    set search_path = ''
as $$
declare
    mine assay.sessions;
begin
    select x.* into mine
      from assay.sessions x
     where x.digest = caller.token_digest
       and x.expires_at > now();
    if not found then
        perform assay.refuse_caller(caller.token_digest);
    end if;
    return mine;
end
$$;

comment on function assay.caller(bytea) is 'The live session with this digest, a student''s or a teacher''s; else 401 missing_token or invalid_token.';
