-- Assignments know how many submissions they have.
create or replace function assay.count_submissions()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    -- In the order of their ids, as every writer of several rows.
    if tg_op = 'INSERT' then
        insert into assay.submission_counts as c (assignment_id, submissions)
        select n.assignment_id, count(*)
          from new_rows n
         group by n.assignment_id
         order by n.assignment_id
            on conflict (assignment_id) do update set submissions = c.submissions + excluded.submissions;
    else
        perform from assay.submission_counts c
          where c.assignment_id in (select o.assignment_id from old_rows o)
          order by c.assignment_id for no key update;
        update assay.submission_counts c
           set submissions = c.submissions - gone.submissions
          from (select o.assignment_id, count(*) as submissions from old_rows o group by o.assignment_id) gone
         where c.assignment_id = gone.assignment_id;
    end if;
    return null;
end
$$;

comment on function assay.count_submissions() is 'Keeps submission_counts.';

create or replace trigger count_submissions_on_insert
    after insert on assay.submissions
    referencing new table as new_rows
    for each statement execute function assay.count_submissions();

create or replace trigger count_submissions_on_delete
    after delete on assay.submissions
    referencing old table as old_rows
    for each statement execute function assay.count_submissions();
