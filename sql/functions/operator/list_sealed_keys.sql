-- Every stored key, page by page.
create function operator.list_sealed_keys(after_teacher uuid, after_provider text, most integer)
    returns table (teacher_id uuid, provider text, sealed bytea)
    language sql stable security definer
    set search_path = ''
begin atomic
    select k.teacher_id, k.provider, k.sealed
      from assay.api_keys k
     where list_sealed_keys.after_teacher is null
        or (k.teacher_id, k.provider) > (list_sealed_keys.after_teacher, list_sealed_keys.after_provider)
     order by k.teacher_id, k.provider
     limit list_sealed_keys.most;
end;

comment on function operator.list_sealed_keys(uuid, text, integer) is
    'At most so many sealed AI keys, by teacher and service, after the given one (null: from the start).';
