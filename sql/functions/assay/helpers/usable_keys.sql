-- The keys of a teacher that are worth trying.
create or replace function assay.usable_keys(teacher_id uuid)
    returns setof assay.api_keys
    language sql stable
begin atomic
    select k.*
      from assay.api_keys k
     where k.teacher_id = usable_keys.teacher_id
       and (k.last_refused_at is null or k.last_refused_at < now() - interval '1 hour');
end;

comment on function assay.usable_keys(uuid) is 'A teacher''s sealed keys, without those that their service refused within the last hour.';
