-- Registered students, newest first.
create function api.list_students(token bytea, search text, class_id uuid, after uuid, most integer)
    returns setof api.students
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    pattern text := '%' || replace(replace(replace(list_students.search, '\', '\\'), '%', '\%'), '_', '\_') || '%';
begin
    perform assay.teacher(token);
    return query
    select s.*
      from api.students s
     where (pattern is null or s.name ilike pattern or s.email ilike pattern)
       and (list_students.class_id is null
            or exists (select from assay.enrolments e where e.class_id = list_students.class_id and e.student_id = s.id))
       and (list_students.after is null or s.id < list_students.after)
     order by s.id desc
     limit list_students.most;
end
$$;

comment on function api.list_students(bytea, text, uuid, uuid, integer) is
    'Verified students whose name or address contains the search text, or who are in the class, after the given one, newest first.';
