-- The rate limits, for teachers.
create function api.read_rate_limits(token_digest bytea)
    returns setof assay.rate_limits
    language plpgsql stable security definer
    set search_path = ''
as $$
begin
    perform assay.teacher(token_digest);
    return query select r.* from assay.rate_limits r order by r.scope;
end
$$;

comment on function api.read_rate_limits(bytea) is 'All rate limits, for a teacher.';
