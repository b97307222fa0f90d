-- A class gets another name.
create function api.edit_class(token bytea, class_id uuid, name text)
    returns api.classes
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me      assay.teachers := assay.teacher(token);
    one     assay.classes  := assay.own_class(me.id, edit_class.class_id);
    renamed api.classes;
begin
    perform assay.set_actor('teacher', me.id);
    update assay.classes c set name = assay.nfc(edit_class.name) where c.id = one.id;
    select c.* into renamed from api.classes c where c.id = one.id;
    return renamed;
end
$$;

comment on function api.edit_class(bytea, uuid, text) is 'Renames an own class; else 404 not_found.';
