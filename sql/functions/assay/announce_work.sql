-- Wakes the workers: there is something in the line.
create or replace function assay.announce_work()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform pg_notify('assay_work', '');
    return null;
end
$$;

comment on function assay.announce_work() is
    'Notifies channel assay_work. A hint: workers also look by themselves once a second.';

create or replace trigger announce_work
    after insert on assay.jobs
    for each statement execute function assay.announce_work();
