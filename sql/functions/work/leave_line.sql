-- A worker process ends.
create function work.leave_line(worker integer)
    returns void
    language sql volatile security definer
    set search_path = ''
begin atomic
    delete from assay.workers w
     where w.id = leave_line.worker
       and not exists (select from assay.jobs j where j.worker_id = leave_line.worker);
end;

comment on function work.leave_line(integer) is 'A worker that runs nothing any more ends.';
