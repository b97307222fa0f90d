-- A class: its students, its assignments, and who got what.
create function api.read_gradebook(token bytea, class_id uuid)
    returns setof reporting.gradebook
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me  assay.teachers := assay.teacher(token);
    one assay.classes  := assay.own_class(me.id, read_gradebook.class_id);
begin
    return query
    select g.*
      from reporting.gradebook g
     where g.class_id = one.id
     order by g.student_name, g.student_id, g.deadline, g.assignment_id;
end
$$;

comment on function api.read_gradebook(bytea, uuid) is
    'One row per student and assignment of an own class, by student''s name and deadline; 404 not_found.';
