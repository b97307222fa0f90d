-- One page of a list that may be sorted by more than the id.
create function api.sorted_page(items json[], cursors text[], most integer)
    returns json
    language sql stable parallel safe
begin atomic
    select json_build_object(
        'items',       coalesce(array_to_json(sorted_page.items[:sorted_page.most]), '[]'),
        'next_cursor', case when cardinality(sorted_page.cursors) > sorted_page.most then sorted_page.cursors[sorted_page.most] end);
end;

comment on function api.sorted_page(json[], text[], integer) is
    'Packs a list as api.page does, with the cursor of each row (api.cursor), both in the order in which the API function answers its rows.';
