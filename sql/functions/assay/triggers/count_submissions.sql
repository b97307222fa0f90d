-- Assignments know how many submissions they have.
create or replace function assay.count_submissions()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    -- In the order of their ids, as every writer of several rows.
    if tg_op = 'INSERT' then
        insert into assay.submission_counts as c (assignment_id, part, submissions)
        select n.assignment_id, assay.count_part(n.student_id, a.takes) as part, count(*)
          from new_rows n
          join assay.assignments a on a.id = n.assignment_id
         group by n.assignment_id, part
         order by n.assignment_id, part
            on conflict (assignment_id, part) do update set submissions = c.submissions + excluded.submissions;
    else
        perform from assay.submission_counts c
          where (c.assignment_id, c.part) in (select o.assignment_id, assay.count_part(o.student_id, a.takes)
                                                from old_rows o
                                                join assay.assignments a on a.id = o.assignment_id)
          order by c.assignment_id, c.part for no key update;
        update assay.submission_counts c
           set submissions = c.submissions - gone.submissions
          from (select o.assignment_id, assay.count_part(o.student_id, a.takes) as part, count(*) as submissions
                  from old_rows o
                  join assay.assignments a on a.id = o.assignment_id
                 group by o.assignment_id, part) gone
         where c.assignment_id = gone.assignment_id
           and c.part = gone.part;
    end if;
    return null;
end
$$;

comment on function assay.count_submissions() is 'Keeps submission_counts, each student''s in its part (assay.count_part).';

create or replace trigger count_submissions_on_insert
    after insert on assay.submissions
    referencing new table as new_rows
    for each statement execute function assay.count_submissions();

create or replace trigger count_submissions_on_delete
    after delete on assay.submissions
    referencing old table as old_rows
    for each statement execute function assay.count_submissions();
