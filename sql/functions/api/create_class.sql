-- A teacher opens a class.
create function api.create_class(token bytea, name text)
    returns api.classes
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me   assay.teachers := assay.teacher(token);
    made api.classes;
begin
    perform assay.set_actor('teacher', me.id);
    insert into assay.classes as c (teacher_id, name)
    values (me.id, assay.nfc(create_class.name))
    returning c.id, c.name, c.teacher_id, 0, c.created_at into made;
    return made;
end
$$;

comment on function api.create_class(bytea, text) is 'Creates a class of the calling teacher.';
