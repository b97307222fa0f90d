-- The token is dead at once.
create function api.log_out(token_digest bytea)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
begin
    delete from assay.sessions s where s.digest = log_out.token_digest and s.expires_at > now();
    if not found then
        perform assay.refuse_caller(log_out.token_digest);
    end if;
end
$$;

comment on function api.log_out(bytea) is 'Ends the session; 401 when there is none.';
