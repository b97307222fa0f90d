-- Wakes the workers when the line was empty.
create or replace function assay.announce_work()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    -- Commits that notify follow one another, each with its own flush to disk: a crowd of students would hand in
    -- four times slower. While others wait in the line, the workers have been told already.
    if not exists (
        select
          from assay.jobs j
         where j.worker_id is null
           and j.run_at is null
           and not exists (select from new_rows n where n.id = j.id))
    then
        perform pg_notify('assay_work', '');
    end if;
    return null;
end
$$;

comment on function assay.announce_work() is
    'Notifies channel assay_work when nothing else is ready. A hint: workers look again after each job they take, and once a second.';

create or replace trigger announce_work
    after insert on assay.jobs
    referencing new table as new_rows
    for each statement execute function assay.announce_work();
