-- The models that may be asked today.
create function api.list_models(token_digest bytea)
    returns table (provider text, model text, retires_on date, key_stored boolean)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me assay.teachers := assay.teacher(token_digest);
begin
    return query
    select m.provider::text, m.model, m.retires_on,
           exists (select from assay.api_keys k where k.teacher_id = me.id and k.provider = m.provider)
      from assay.usable_models() m
     order by m.provider, m.rank, m.model;
end
$$;

comment on function api.list_models(bytea) is
    'Models that a try may name (assay.usable_models), of each service in the order in which they are asked, with the day on which they retire (null: none is known) and whether the calling teacher has stored a key of the service.';
