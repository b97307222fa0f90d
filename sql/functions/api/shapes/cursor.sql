-- Where the page after a row begins.
create function api.cursor(id uuid, key text)
    returns text
    language sql immutable parallel safe
begin atomic
    select cursor.id::text || coalesce('.' || cursor.key, '');  -- concat_ws is not immutable: a call for each row would stay one
end;

comment on function api.cursor(uuid, text) is
    'The cursor of a list after this row: its id and, where the list is sorted by something else, what it is sorted by, so that a row which changes or goes between two pages takes no other with it.';
