-- Does a new text say another maximum score than the one that stands?
create or replace function assay.require_same_maximum(max_score integer, stated integer[])
    returns void
    language plpgsql stable
    set search_path = ''
as $$
declare
    other integer := (select s.maximum from unnest(stated) as s (maximum) where s.maximum <> require_same_maximum.max_score limit 1);
begin
    if other is not null then
        perform assay.refuse('other_maximum', jsonb_build_object('max_score', max_score, 'stated', other));
    end if;
end
$$;

comment on function assay.require_same_maximum(integer, integer[]) is
    'Raises 422 other_maximum (to clients max_score_unclear, with details.max_score and details.stated) when one of the maxima that a text states is not max_score.';
