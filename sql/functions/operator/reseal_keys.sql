-- Stored keys are sealed anew.
create function operator.reseal_keys(teacher_ids uuid[], providers text[], earlier bytea[], sealed bytea[])
    returns integer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    resealed integer;
begin
    perform assay.set_actor('operator');
    update assay.api_keys k
       set sealed = n.sealed
      from unnest(teacher_ids, providers, earlier, reseal_keys.sealed) as n (teacher_id, provider, earlier, sealed)
     where (k.teacher_id, k.provider) = (n.teacher_id, n.provider)
       and k.sealed = n.earlier;
    get diagnostics resealed = row_count;
    return resealed;
end
$$;

comment on function operator.reseal_keys(uuid[], text[], bytea[], bytea[]) is
    'Puts a new token in the place of each earlier one; a key that its teacher replaced or deleted meanwhile is left alone. Answers how many were changed.';
