-- The count of an assignment's submissions is not for writing.
create or replace function assay.submission_count_read_only()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform assay.refuse('submission_count_read_only');
    return null;
end
$$;

comment on function assay.submission_count_read_only() is
    'submission_counts is written by the trigger count_submissions alone (submission_count_read_only).';

create or replace trigger submission_count_read_only
    after insert or update or delete on assay.submission_counts
    for each row when (pg_trigger_depth() = 0)
    execute function assay.submission_count_read_only();

create or replace trigger submission_counts_no_truncate
    before truncate on assay.submission_counts
    for each statement execute function assay.submission_count_read_only();
