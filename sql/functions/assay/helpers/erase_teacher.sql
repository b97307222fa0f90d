-- A teacher leaves: their person goes, what students earned stays.
create or replace function assay.erase_teacher(teacher_id uuid)
    returns table (classes integer, assignments integer, submissions integer)
    language plpgsql volatile
    set search_path = ''
as $$
#variable_conflict use_column
declare
    owned assay.assignments;
begin
    select count(*) into submissions
      from assay.assignments a
      join assay.submissions s on s.assignment_id = a.id
     where a.teacher_id = erase_teacher.teacher_id
       and a.deleted_at is null;

    -- Nobody could decide any more: what is held is released and paid, and whoever disputes a mark is answered.
    assignments := 0;
    for owned in
        select a.*
          from assay.assignments a
         where a.teacher_id = erase_teacher.teacher_id
           and a.deleted_at is null
         order by a.id
    loop
        if owned.autonomy = 'gated' then
            perform assay.lock_held(owned.id);
            update assay.assignments a set released_at = now() where a.id = owned.id and a.released_at is null;
        end if;
        delete from assay.cases c where c.assignment_id = owned.id;
        assignments := assignments + 1;
    end loop;
    update assay.regrade_requests r
       set state = 'rejected', answer = 'The teacher''s account was deleted.', decided_at = now()
     where r.teacher_id = erase_teacher.teacher_id
       and r.state = 'open';
    perform assay.fail_job(j.id, 'not_found', 'rule')
       from assay.jobs j
      where j.teacher_id = erase_teacher.teacher_id
      order by j.id;
    update assay.assignments a
       set deleted_at = now()
     where a.teacher_id = erase_teacher.teacher_id
       and a.deleted_at is null;

    -- In the order in which all do who change a class: students, classes, enrolments.
    perform from assay.students s
      where s.id in (select e.student_id
                       from assay.enrolments e
                       join assay.classes c on c.id = e.class_id
                      where c.teacher_id = erase_teacher.teacher_id)
      order by s.id for key share;
    perform from assay.classes c
      where c.teacher_id = erase_teacher.teacher_id
        and c.deleted_at is null
      order by c.id for no key update;
    update assay.classes c
       set deleted_at = now()
     where c.teacher_id = erase_teacher.teacher_id
       and c.deleted_at is null;
    get diagnostics classes = row_count;
    delete from assay.enrolments e
     where e.class_id in (select c.id from assay.classes c where c.teacher_id = erase_teacher.teacher_id);

    delete from assay.api_keys k where k.teacher_id = erase_teacher.teacher_id;
    delete from assay.links l where l.teacher_id = erase_teacher.teacher_id;
    update assay.teachers t
       set name = 'Deleted teacher', email = 'deleted-' || t.id || '@deleted.invalid', password_hash = null,
           disabled_at = coalesce(t.disabled_at, now()), deleted_at = now()
     where t.id = erase_teacher.teacher_id;
    return next;
end
$$;

comment on function assay.erase_teacher(uuid) is
    'Takes name, address, password, sessions, links, mail and keys of a teacher out of the database; their classes and assignments go from every list, cases with their tries go, jobs end, and students keep their submissions, scores and coins: what was held is released, open requests are answered. Answers how many classes and assignments went, and how many submissions they had. Whoever calls it has locked the teacher for update.';
