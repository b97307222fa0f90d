-- Who is in this class, newest registration first.
create function api.list_class_students(token_digest bytea, class_id uuid, after uuid, most integer)
    returns setof api.students
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me  assay.teachers := assay.teacher(token_digest);
    one assay.classes  := assay.own_class(me.id, list_class_students.class_id);
begin
    return query
    select s.*
      from assay.enrolments e
      join api.students s on s.id = e.student_id
     where e.class_id = one.id
       and e.student_id < assay.page_start(list_class_students.after)
     order by e.student_id desc
     limit list_class_students.most;
end
$$;

comment on function api.list_class_students(bytea, uuid, uuid, integer) is
    'Students of an own class, after the given one; 404 not_found.';
