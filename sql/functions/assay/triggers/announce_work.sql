-- Wakes the workers: a teacher who had nothing of this kind in the queue has something now.
-- enable_…: a plan made while the queue is empty is kept by the session, and must not read the whole queue later.
create or replace function assay.announce_work()
    returns trigger
    language plpgsql
    set search_path = ''
    set enable_seqscan = off
    set enable_sort = off
as $$
begin
    -- A transaction that notifies holds one lock of the whole cluster while it commits. So only a teacher's first job
    -- of a kind does it: whoever claims that one looks again, and a worker that is full needs no waking.
    perform
       from assay.jobs j
      where j.kind = new.kind
        and j.teacher_id = new.teacher_id
        and j.worker_id is null
        and j.run_at is null
      order by j.id desc  -- the last one: those before it may be gone, and not cleaned away yet
      limit 1;
    if not found then
        perform pg_notify('assay_work', '');
    end if;
    return new;
end
$$;

comment on function assay.announce_work() is
    'Notifies channel assay_work when a job is the only ready one of its kind and teacher. A hint: workers also look by themselves once a second.';

create or replace trigger announce_work
    before insert on assay.jobs
    for each row execute function assay.announce_work();
