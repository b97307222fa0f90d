-- Whether the caller's session lives, and what a replica must have replayed before it may answer them.
create function api.read_session(token_digest bytea)
    returns bigint
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    written pg_lsn;
begin
    select x.written_at into written
      from assay.sessions x
     where x.digest = read_session.token_digest
       and x.expires_at > now();
    if not found then
        perform assay.refuse_caller(read_session.token_digest);
    end if;
    return coalesce(written - '0/0'::pg_lsn, 0);
end
$$;

comment on function api.read_session(bytea) is
    'For processes with a replica: the position in the log, in bytes, of the last change by the person who calls. 401 when nobody.';
