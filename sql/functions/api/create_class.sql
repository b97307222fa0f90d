-- A teacher opens a class.
create function api.create_class(token_digest bytea, name text, instructions text default null)
    returns api.classes
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me   assay.teachers := assay.teacher(token_digest);
    made api.classes;
begin
    perform assay.set_actor('teacher', me.id);
    insert into assay.classes as c (teacher_id, name, instructions)
    values (me.id, assay.nfc(create_class.name), nullif(create_class.instructions, ''))
    returning c.id, c.name, c.teacher_id, 0, c.created_at, c.instructions into made;
    return made;
end
$$;

comment on function api.create_class(bytea, text, text) is
    'Creates a class of the calling teacher; its instructions go in front of those of each of its new assignments.';
