-- A worker that stops gives back what it has not finished, at its place in the line and uncounted.
create function work.release_jobs(job_ids uuid[], attempts integer[])
    returns integer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    released integer;
begin
    update assay.jobs j
       set worker_id = null, claimed_at = null
     where j.id = any (job_ids)
       and (j.id, j.attempt) in (select g.id, g.attempt from unnest(job_ids, attempts) as g (id, attempt));
    get diagnostics released = row_count;
    if released > 0 then
        perform pg_notify('assay_work', '');
    end if;
    return released;
end
$$;

comment on function work.release_jobs(uuid[], integer[]) is
    'Puts jobs back into the line, if the attempts are still the last ones. Answers how many.';
