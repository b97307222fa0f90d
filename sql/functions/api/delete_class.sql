-- A class ends: its enrolments too; scores and coins stay.
-- enable_seqscan: a plan made for a small school is kept by the session, and must not read all students of a large one.
create function api.delete_class(token_digest bytea, class_id uuid)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
declare
    me  assay.teachers := assay.teacher(token_digest);
    one assay.classes  := assay.own_class(me.id, delete_class.class_id);
begin
    perform assay.set_actor('teacher', me.id);
    -- In the order in which all do who change a class: students, classes, enrolments.
    perform from assay.students s
      where s.id in (select e.student_id from assay.enrolments e where e.class_id = one.id)
      order by s.id for key share;
    update assay.classes c set deleted_at = now() where c.id = one.id;
    delete from assay.enrolments e where e.class_id = one.id;
end
$$;

comment on function api.delete_class(bytea, uuid) is 'Ends an own class and its enrolments; else 404 not_found.';
