-- A class gets another name, or other instructions.
create function api.edit_class(token_digest bytea, class_id uuid, name text, instructions_given boolean, instructions text)
    returns api.classes
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me     assay.teachers := assay.teacher(token_digest);
    one    assay.classes  := assay.own_class(me.id, edit_class.class_id);
    edited api.classes;
begin
    perform assay.set_actor('teacher', me.id);
    update assay.classes c
       set name         = coalesce(assay.nfc(edit_class.name), c.name),
           instructions = case when instructions_given then nullif(edit_class.instructions, '') else c.instructions end
     where c.id = one.id;
    select c.* into edited from api.classes c where c.id = one.id;
    return edited;
end
$$;

comment on function api.edit_class(bytea, uuid, text, boolean, text) is
    'Changes the name (when not null) and the general instructions (when given) of an own class, for assignments that are made from then on; else 404 not_found.';
