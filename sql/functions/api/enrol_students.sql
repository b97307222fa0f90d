-- Students join a class: all of them, or nobody.
create function api.enrol_students(token_digest bytea, class_id uuid, student_ids uuid[])
    returns integer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me       assay.teachers := assay.teacher(token_digest);
    one      assay.classes  := assay.own_class(me.id, enrol_students.class_id);
    unknown  uuid[];
    enrolled integer;
begin
    perform assay.set_actor('teacher', me.id);
    -- Locked, so that nobody who is being deleted joins, and nobody a class that is being deleted; in the order in
    -- which all do who change a class: students, classes, enrolments.
    perform from assay.students s where s.id = any (student_ids) order by s.id for key share;
    perform from assay.classes c where c.id = one.id and c.deleted_at is null for no key update;
    if not found then
        perform assay.refuse('not_found');
    end if;
    select array_agg(distinct i.id) into unknown
      from unnest(student_ids) as i (id)
     where not exists (select from assay.students s where s.id = i.id);
    if unknown is not null then
        perform assay.refuse('students_unknown', jsonb_build_object(
            'student_ids', unknown,
            'errors', jsonb_build_array(jsonb_build_object(
                'field', 'student_ids', 'type', 'students_unknown',
                'message', 'unknown: ' || array_to_string(unknown, ', ')))));
    end if;

    insert into assay.enrolments (class_id, student_id)
    select distinct one.id, i.id
      from unnest(student_ids) as i (id)
     order by i.id
        on conflict do nothing;
    get diagnostics enrolled = row_count;
    return enrolled;
end
$$;

comment on function api.enrol_students(bytea, uuid, uuid[]) is
    'Enrols students in an own class and answers how many were not in it before; 404 not_found; 422 validation_failed names the unknown ones, and then nobody is enrolled.';
