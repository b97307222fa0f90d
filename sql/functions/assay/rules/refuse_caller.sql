-- Why a token may not call this function: none sent, unknown or expired, or the other role's.
create or replace function assay.refuse_caller(token_digest bytea)
    returns void
    language plpgsql stable
    set search_path = ''
as $$
begin
    if refuse_caller.token_digest is null then
        perform assay.refuse('missing_token');
    elsif exists (select from assay.sessions x where x.digest = refuse_caller.token_digest and x.expires_at > now()) then
        perform assay.refuse('wrong_role');
    end if;
    perform assay.refuse('invalid_token');
end
$$;

comment on function assay.refuse_caller(bytea) is
    'Raises 401 missing_token or invalid_token, or 403 wrong_role when the session exists but is not of the role that was asked for.';
