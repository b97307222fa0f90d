-- A worker process ends, and gives back what it has not finished: at its place in the queue and uncounted.
create function worker.deregister_worker(worker integer)
    returns integer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    released integer;
begin
    delete from assay.workers w where w.id = deregister_worker.worker;

    update assay.jobs j
       set worker_id = null, claimed_at = null
     where j.worker_id = deregister_worker.worker;
    get diagnostics released = row_count;
    if released > 0 then
        perform pg_notify('assay_work', '');
    end if;
    return released;
end
$$;

comment on function worker.deregister_worker(integer) is
    'A worker stops: its unfinished jobs go back to the queue as if nothing had been. Answers how many.';
