-- A class that this teacher may change.
create or replace function assay.own_class(teacher_id uuid, class_id uuid)
    returns assay.classes
    language plpgsql stable
    set search_path = ''
as $$
declare
    found_one assay.classes;
begin
    select c.* into found_one
      from assay.classes c
     where c.id = own_class.class_id
       and c.teacher_id = own_class.teacher_id
       and c.deleted_at is null;
    if not found then
        perform assay.refuse('not_found');
    end if;
    return found_one;
end
$$;

comment on function assay.own_class(uuid, uuid) is 'The class if it is this teacher''s and not deleted; else 404 not_found.';
