-- Who acts in this transaction, if it was said by who may.
create or replace function assay.signed_actor()
    returns text[]
    language plpgsql stable
    set search_path = ''
as $$
declare
    said text[] := string_to_array(current_setting('assay.actor', true), '|');
begin
    if said[3] = assay.actor_signature(said[1], said[2]) then
        return said;
    end if;
    return array['operator', '', ''];
end
$$;

comment on function assay.signed_actor() is 'Actor and id as assay.set_actor said them in this transaction; an operator without id when it was not called, or somebody else wrote into its variable.';
