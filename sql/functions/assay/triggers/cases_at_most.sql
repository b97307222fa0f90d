-- An assignment has so many cases and no more.
create or replace function assay.cases_at_most()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    most constant integer := 200;
begin
    -- Who counts waits for who counts: each sees what the other did.
    perform from assay.assignments a
      where a.id in (select n.assignment_id from new_rows n)
      order by a.id for no key update;
    if exists (select from assay.cases c
                where c.assignment_id in (select n.assignment_id from new_rows n)
                group by c.assignment_id
               having count(*) > most)
    then
        perform assay.refuse('cases_at_most', jsonb_build_object('most', most));
    end if;
    return null;
end
$$;

comment on function assay.cases_at_most() is 'An assignment has at most 200 cases, whoever inserts them (cases_at_most, with the number).';

create or replace trigger cases_at_most_on_insert
    after insert on assay.cases
    referencing new table as new_rows
    for each statement execute function assay.cases_at_most();

create or replace trigger cases_at_most_on_update
    after update on assay.cases
    referencing new table as new_rows
    for each statement execute function assay.cases_at_most();
