-- Why coins move in this statement, if it was said by who may.
create or replace function assay.coins_moved_by()
    returns text
    language plpgsql stable
    set search_path = ''
as $$
declare
    said text[] := string_to_array(current_setting('assay.coins_moved_by', true), '|');
begin
    return case when said[2] = assay.actor_signature('coins', said[1]) then said[1] end;
end
$$;

comment on function assay.coins_moved_by() is 'The reason as assay.set_coins_moved_by said it in this transaction; null when it said none, or somebody else wrote into its variable.';
