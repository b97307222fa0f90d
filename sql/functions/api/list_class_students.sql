-- Who is in this class; newest registration first, or by name.
create function api.list_class_students(
    token_digest bytea, class_id uuid, after uuid, most integer, sort text default null, after_name text default null)
    returns table (id uuid, name text, email text, total_gold_coins bigint, hidden text, class_ids uuid[], created_at timestamptz)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me  assay.teachers := assay.teacher(token_digest);
    one assay.classes  := assay.own_class(me.id, list_class_students.class_id);
    ids uuid[];
begin
    if list_class_students.sort is null then
        ids := array(
            select e.student_id
              from assay.enrolments e
             where e.class_id = one.id
               and e.student_id < assay.page_start(list_class_students.after)
             order by e.student_id desc
             limit list_class_students.most);
    else
        ids := assay.find_students(one.id, null, null, list_class_students.after, list_class_students.after_name, list_class_students.most);
    end if;
    return query select s.* from assay.students_seen_by(me.id, ids) s;
end
$$;

comment on function api.list_class_students(bytea, uuid, uuid, integer, text, text) is
    'Students of an own class, after the given one, newest registration first; sorted by name: after the given one and name; as assay.students_seen_by shows them to this teacher; 404 not_found.';
