-- The keys of a teacher, for a worker.
create or replace function assay.keys_of(teacher_id uuid)
    returns table (keys json)
    language sql stable
begin atomic
    select coalesce(json_agg(json_build_object(
               'provider', k.provider,
               'sealed',   encode(k.sealed, 'hex'),
               'refused',  coalesce(k.last_refused_at > now() - interval '1 hour', false),
               'counted',  k.calls_per_day is not null)
               order by k.provider), '[]')
      from assay.api_keys k
     where k.teacher_id = keys_of.teacher_id;
end;

comment on function assay.keys_of(uuid) is
    'One row: a teacher''s sealed keys as a JSON array of provider, sealed (hexadecimal), refused (its service refused it within the last hour: it is asked last), counted (each call is counted by worker.take_call first).';
