-- Before a key is used that may be used only so often a day.
create function worker.take_call(teacher_id uuid, provider text)
    returns boolean
    language sql volatile security definer
    set search_path = ''
begin atomic
    with taken as (
        update assay.api_keys k
           set calls_today = case when k.calls_on = assay.utc_today() then k.calls_today + 1 else 1 end,
               calls_on    = assay.utc_today()
         where k.teacher_id = take_call.teacher_id
           and k.provider = take_call.provider
           and (k.calls_per_day is null or k.calls_on is distinct from assay.utc_today() or k.calls_today < k.calls_per_day)
        returning true
    )
    select exists (select from taken);
end;

comment on function worker.take_call(uuid, text) is
    'Counts one call of a key, before it is made. False: the key has used up its calls of the day (UTC), or is gone, and must not be used.';
