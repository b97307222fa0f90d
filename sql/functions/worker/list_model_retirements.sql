-- Which models end soon, or have ended with nobody to do their work.
create function worker.list_model_retirements(within_days integer)
    returns table (provider text, model text, retires_on date, is_past boolean, successor text)
    language sql stable security definer
    set search_path = ''
begin atomic
    select m.provider, m.model, m.retires_on, m.retires_on <= current_date, next.model
      from assay.ai_models m
      left join lateral (
           select s.model
             from assay.ai_models s
            where s.provider = m.provider
              and s.enabled
              and (s.retires_on is null or (s.retires_on > m.retires_on and s.retires_on > current_date))
            order by s.rank < m.rank, s.rank, s.model
            limit 1) as next on true
     where m.enabled
       and m.retires_on <= current_date + list_model_retirements.within_days
       and (m.retires_on > current_date or next.model is null)
     order by m.provider, m.rank, m.model;
end;

comment on function worker.list_model_retirements(integer) is
    'Enabled models that are not called after so many days, each with the enabled model of its service that will do its work; successor is null when none outlives it. One that is not called any more is listed only then.';
