-- A class gets another name, or other instructions.
create function api.edit_class(token_digest bytea, class_id uuid, name text, instructions_given boolean, instructions text,
                               if_match text[] default null)
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
    if if_match is not null then
        perform from assay.classes c where c.id = one.id for no key update;
        perform assay.require_match(if_match, (select to_json(c)::text from api.classes c where c.id = one.id));
    end if;
    update assay.classes c
       set name         = coalesce(assay.nfc(edit_class.name), c.name),
           instructions = case when instructions_given then nullif(edit_class.instructions, '') else c.instructions end
     where c.id = one.id;
    select c.* into edited from api.classes c where c.id = one.id;
    return edited;
end
$$;

comment on function api.edit_class(bytea, uuid, text, boolean, text, text[]) is
    'Changes the name (when not null) and the general instructions (when given) of an own class, for assignments that are made from then on. 404 not_found, 412 precondition_failed when it is none of if_match (null: as it may be).';
