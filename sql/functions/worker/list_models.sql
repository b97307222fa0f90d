-- The models that may be asked today.
create function worker.list_models()
    returns setof assay.ai_models
    language sql stable security definer
    set search_path = ''
begin atomic
    select m.* from assay.usable_models() m order by m.provider, m.rank, m.model;
end;

comment on function worker.list_models() is 'Enabled models before their end date, by service and rank.';
