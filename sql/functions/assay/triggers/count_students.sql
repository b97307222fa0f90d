-- Classes know how many students are in them.
create or replace function assay.count_students()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    -- In the order of their ids, so that two who enrol in several classes at once do not wait for each other.
    perform
       from assay.classes c
      where c.id in (select m.class_id from moved m)
      order by c.id
        for no key update;
    update assay.classes c
       set student_count = c.student_count + case tg_op when 'INSERT' then m.students else -m.students end
      from (select m.class_id, count(*) as students from moved m group by m.class_id) m
     where c.id = m.class_id;
    return null;
end
$$;

comment on function assay.count_students() is 'Keeps classes.student_count.';

create or replace trigger count_students_on_insert
    after insert on assay.enrolments
    referencing new table as moved
    for each statement execute function assay.count_students();

create or replace trigger count_students_on_delete
    after delete on assay.enrolments
    referencing old table as moved
    for each statement execute function assay.count_students();
