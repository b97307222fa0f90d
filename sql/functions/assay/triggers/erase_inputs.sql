-- What waited for a job goes with it, however the job ends.
-- Argument of the trigger: the table, whose rows are named by job_id.
create or replace function assay.erase_inputs()
    returns trigger
    language plpgsql
    set search_path = ''
    set enable_seqscan = off
as $$
begin
    -- One statement for a batch of jobs. A foreign key would ask once for each job, in each of these tables.
    execute format('delete from assay.%I w using old_rows o where w.job_id = o.id', tg_argv[0]);
    return null;
end
$$;

comment on function assay.erase_inputs() is
    'Deletes the rows of a table (argument of the trigger) that waited for jobs which are gone.';

create or replace trigger erase_pending_submissions
    after delete on assay.jobs
    referencing old table as old_rows
    for each statement execute function assay.erase_inputs('pending_submissions');

create or replace trigger erase_pending_regrades
    after delete on assay.jobs
    referencing old table as old_rows
    for each statement execute function assay.erase_inputs('pending_regrades');

create or replace trigger erase_assignment_drafts
    after delete on assay.jobs
    referencing old table as old_rows
    for each statement execute function assay.erase_inputs('assignment_drafts');
