-- How many jobs of a teacher may run at once, over all workers.
create or replace function assay.calls_at_once(teacher_id uuid, calls_per_key integer)
    returns table (calls integer)
    language sql stable
begin atomic
    select case when count(*) = 0 then calls_at_once.calls_per_key  -- no key: the jobs fail, and say so
                else coalesce(max(greatest(floor(k.calls_at_once)::integer, calls_at_once.calls_per_key))
                                  filter (where k.backoff_until <= now()
                                            and (k.calls_per_day is null
                                                 or k.calls_on is distinct from assay.utc_today()
                                                 or k.calls_today < k.calls_per_day)), 0) end
      from assay.api_keys k
     where k.teacher_id = calls_at_once.teacher_id;
end;

comment on function assay.calls_at_once(uuid, integer) is
    'One row: as many as the best of the teacher''s keys may have in flight, calls_per_key at least. A key whose service asked to wait, or that has used up its calls of the day, counts for nothing: 0 while that is so of all of them.';
