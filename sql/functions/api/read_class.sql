-- One class of this teacher.
create function api.read_class(token_digest bytea, class_id uuid)
    returns api.classes
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me      assay.teachers := assay.teacher(token_digest);
    one     assay.classes  := assay.own_class(me.id, read_class.class_id);
    found_one api.classes;
begin
    select c.* into found_one from api.classes c where c.id = one.id;
    return found_one;
end
$$;

comment on function api.read_class(bytea, uuid) is 'An own class; else 404 not_found.';
