-- A class ends: its enrolments too; scores and coins stay.
-- enable_seqscan: a plan made for a small school is kept by the session, and must not read all students of a large one.
create function api.delete_class(token_digest bytea, class_id uuid, if_match text[] default null)
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
    if if_match is not null then
        perform from assay.classes c where c.id = one.id for no key update;
        perform assay.require_match(if_match, (select to_json(c)::text from api.classes c where c.id = one.id));
    end if;
    update assay.classes c set deleted_at = now() where c.id = one.id;
    delete from assay.enrolments e where e.class_id = one.id;
end
$$;

comment on function api.delete_class(bytea, uuid, text[]) is
    'Ends an own class and its enrolments. 404 not_found, 412 precondition_failed when it is none of if_match (null: as it may be).';
