-- Jobs that failed for good: nothing is stored of them but the reason, and of a text its SHA-256.
create function worker.fail_jobs(job_ids uuid[], attempts integer[], error_codes text[], causes text[], maxima_seen json[])
    returns setof uuid
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    failed record;
begin
    for failed in
        select j.id, f.error_code, f.cause, f.maxima_seen
          from unnest(job_ids, attempts, error_codes, causes, maxima_seen) as f (id, attempt, error_code, cause, maxima_seen)
          join assay.jobs j on j.id = f.id and j.attempt = f.attempt
         order by j.id
           for update of j
    loop
        perform assay.fail_job(failed.id, failed.error_code, failed.cause,
                               case when failed.maxima_seen is not null
                                    then array(select s.seen::integer from json_array_elements_text(failed.maxima_seen) as s (seen)) end);
        return next failed.id;
    end loop;
end
$$;

comment on function worker.fail_jobs(uuid[], integer[], text[], text[], json[]) is
    'Ends jobs as failed: a text is erased, its student may hand in again. Answers those that were still this worker''s: an attempt that was superseded changes nothing.';
