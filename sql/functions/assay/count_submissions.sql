-- Assignments know how many submissions they have.
create or replace function assay.count_submissions()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if tg_op = 'INSERT' then
        update assay.assignments a
           set submission_count = a.submission_count + moved.submissions
          from (select n.assignment_id, count(*) as submissions from new_rows n group by n.assignment_id) moved
         where a.id = moved.assignment_id;
    else
        update assay.assignments a
           set submission_count = a.submission_count - moved.submissions
          from (select o.assignment_id, count(*) as submissions from old_rows o group by o.assignment_id) moved
         where a.id = moved.assignment_id;
    end if;
    return null;
end
$$;

comment on function assay.count_submissions() is 'Keeps assignments.submission_count.';

create or replace trigger count_submissions_on_insert
    after insert on assay.submissions
    referencing new table as new_rows
    for each statement execute function assay.count_submissions();

create or replace trigger count_submissions_on_delete
    after delete on assay.submissions
    referencing old table as old_rows
    for each statement execute function assay.count_submissions();
