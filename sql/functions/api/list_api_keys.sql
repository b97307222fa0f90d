-- Which AI keys this teacher has stored, and whether they work.
create function api.list_api_keys(token_digest bytea)
    returns setof api.api_keys
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me assay.teachers := assay.teacher(token_digest);
begin
    return query
    select k.* from api.api_keys k where k.teacher_id = me.id order by k.provider;
end
$$;

comment on function api.list_api_keys(bytea) is 'The calling teacher''s keys by their last four characters. Keys themselves are never shown.';
