-- The count of an assignment's submissions is not for writing.
create or replace function assay.submission_count_is_kept()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform assay.refuse(409, 'submission_count_is_kept', 'The count follows the submissions; it is not written by hand.');
    return null;
end
$$;

comment on function assay.submission_count_is_kept() is
    'submission_counts is written by the trigger count_submissions alone (submission_count_is_kept).';

create or replace trigger submission_count_is_kept
    after insert or update or delete on assay.submission_counts
    for each row when (pg_trigger_depth() = 0)
    execute function assay.submission_count_is_kept();

create or replace trigger submission_counts_stay
    before truncate on assay.submission_counts
    for each statement execute function assay.submission_count_is_kept();
