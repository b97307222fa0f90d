-- The rate limits, for every API process.
create function api.list_rate_limits()
    returns table (scope text, rule text)
    language sql stable security definer
    set search_path = ''
begin atomic
    select r.scope, r.rule from assay.rate_limits r order by r.scope;
end;

comment on function api.list_rate_limits() is 'All rate limits; open to every API process, since it must know them before it knows who calls.';
