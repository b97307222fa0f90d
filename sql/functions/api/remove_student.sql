-- A student leaves a class.
create function api.remove_student(token_digest bytea, class_id uuid, student_id uuid)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me  assay.teachers := assay.teacher(token_digest);
    one assay.classes  := assay.own_class(me.id, remove_student.class_id);
begin
    perform assay.set_actor('teacher', me.id);
    -- In the order in which all do who change a class: students, classes, enrolments.
    perform from assay.students s where s.id = remove_student.student_id for key share;
    perform from assay.classes c where c.id = one.id for no key update;
    delete from assay.enrolments e where e.class_id = one.id and e.student_id = remove_student.student_id;
    if not found then
        perform assay.refuse('not_found');
    end if;
end
$$;

comment on function api.remove_student(bytea, uuid, uuid) is 'Takes a student out of an own class; 404 not_found when they are not in it. Scores and coins stay.';
