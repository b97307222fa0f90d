-- One page of a list.
create function api.page(items json[], ids uuid[], most integer)
    returns json
    language sql stable parallel safe
begin atomic
    select json_build_object(
        'items',       coalesce(array_to_json(page.items[:page.most]), '[]'),
        'next_cursor', case when cardinality(page.ids) > page.most then page.ids[page.most] end);
end;

comment on function api.page(json[], uuid[], integer) is
    'Packs a list: the API function is asked for one row more than the page holds; when it comes, next_cursor is the id of the last row shown.';
