-- A try that is gone needs no job.
create or replace function assay.drop_jobs_of_tries()
    returns trigger
    language plpgsql
    set search_path = ''
    set enable_seqscan = off
as $$
begin
    -- One that is being written just now is left to whoever writes it, who finds no try: nobody waits for each other in a circle.
    delete from assay.jobs j
     where j.id = any (array(select r.id
                               from old_rows o
                               join assay.jobs r on r.id = o.id
                              where o.finished_at is null
                                for update of r skip locked));
    return null;
end
$$;

comment on function assay.drop_jobs_of_tries() is 'Takes the jobs of tries that are deleted, with their case or its student, out of the queue.';

create or replace trigger drop_jobs_of_tries
    after delete on assay.tries
    referencing old table as old_rows
    for each statement execute function assay.drop_jobs_of_tries();
