-- A try whose job failed is over.
create or replace function assay.try_has_failed()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    update assay.tries t set error_code = new.error_code, finished_at = now() where t.id = new.id and t.finished_at is null;
    return null;
end
$$;

comment on function assay.try_has_failed() is
    'However the job of a try fails, the try says why: there was no answer at all. An answer that cannot be used is a result.';

create or replace trigger try_has_failed
    after insert on assay.finished_jobs
    for each row when (new.kind = 'try_case' and new.error_code is not null)
    execute function assay.try_has_failed();
