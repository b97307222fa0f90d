-- What is held no longer is released: it counts, and its coins are paid.
create or replace function assay.release_held(assignment_id uuid)
    returns void
    language plpgsql volatile
    set search_path = ''
as $$
declare
    marker record;
    opened boolean := false;
begin
    for marker in
        select distinct s.provider, s.model, s.prompt_version
          from assay.submissions s
         where s.assignment_id = release_held.assignment_id
           and s.released_at is null
         order by 1 nulls last, 2, 3
    loop
        -- What a person gave meanwhile needs no trust in a model of its own: it is released with the first.
        if assay.held_because(release_held.assignment_id, marker.provider, marker.model, marker.prompt_version) is null
           or marker.provider is null and (opened or assay.is_open(release_held.assignment_id))
        then
            opened := true;
            update assay.submissions s
               set released_at = now()
             where s.assignment_id = release_held.assignment_id
               and s.released_at is null
               and (s.provider, s.model, s.prompt_version) is not distinct from (marker.provider, marker.model, marker.prompt_version);
        end if;
    end loop;
end
$$;

comment on function assay.release_held(uuid) is
    'Releases the held submissions of an assignment for which assay.held_because says nothing any more; the ledger pays them (pay_coins). Whoever calls it holds assay.lock_held.';
