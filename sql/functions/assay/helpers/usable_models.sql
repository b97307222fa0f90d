-- The models that may be asked today.
create or replace function assay.usable_models()
    returns setof assay.ai_models
    language sql stable
begin atomic
    select m.*
      from assay.ai_models m
     where m.enabled
       and (m.retires_on is null or current_date < m.retires_on);
end;

comment on function assay.usable_models() is 'Enabled models before their end date.';
