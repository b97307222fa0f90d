-- The models that may be asked today.
create function operator.list_models()
    returns setof assay.ai_models
    language sql stable security definer
    set search_path = ''
begin atomic
    select m.* from assay.usable_models() m order by m.provider, m.rank, m.model;
end;

comment on function operator.list_models() is 'Enabled models before their end date, by service and rank.';
