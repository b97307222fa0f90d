-- Which teacher is this? A key is sealed for its teacher before it is stored.
create function api.read_own_id(token bytea)
    returns uuid
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me assay.teachers := assay.teacher(token);
begin
    return me.id;
end
$$;

comment on function api.read_own_id(bytea) is
    'The calling teacher''s id, which the application seals into a key; also what keeps anybody else from having keys tried out.';
