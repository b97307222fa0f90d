-- Assignments of the platform, newest first.
create function api.list_assignments(token bytea, teacher_id uuid, class_id uuid, after uuid, most integer)
    returns setof api.assignments
    language plpgsql stable security definer
    set search_path = ''
as $$
begin
    perform assay.teacher(token);
    return query
    select a.*
      from api.assignments a
     where (list_assignments.teacher_id is null or a.teacher_id = list_assignments.teacher_id)
       and (list_assignments.class_id is null or a.class_id = list_assignments.class_id)
       and (list_assignments.after is null or a.id < list_assignments.after)
     order by a.id desc
     limit list_assignments.most;
end
$$;

comment on function api.list_assignments(bytea, uuid, uuid, uuid, integer) is
    'Assignments of all teachers, or of one, or for one class, after the given id, newest first.';
