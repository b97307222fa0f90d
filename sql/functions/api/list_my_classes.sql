-- The classes this student is in, newest first.
create function api.list_my_classes(token_digest bytea, after uuid, most integer)
    returns table (id uuid, name text, instructions text, teacher json)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me assay.students := assay.student(token_digest);
begin
    return query
    select c.id, c.name::text, c.instructions, json_build_object('id', t.id, 'name', t.name)
      from assay.enrolments e
      join assay.classes c  on c.id = e.class_id
      join assay.teachers t on t.id = c.teacher_id
     where e.student_id = me.id
       and c.deleted_at is null
       and c.id < assay.page_start(list_my_classes.after)
     order by c.id desc
     limit list_my_classes.most;
end
$$;

comment on function api.list_my_classes(bytea, uuid, integer) is
    'The classes that the calling student is in, with their general instructions and teacher (id, name), after the given one, newest first.';
