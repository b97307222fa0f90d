-- A job that failed answers with its error.
create or replace function assay.raise_job_error(job_id uuid)
    returns void
    language plpgsql stable
    set search_path = ''
as $$
begin
    perform assay.refuse(f.error_code, jsonb_strip_nulls(jsonb_build_object('job_id', f.id, 'seen', to_jsonb(f.maxima_seen))))
       from assay.finished_jobs f
      where f.id = raise_job_error.job_id
        and f.error_code is not null;
end
$$;

comment on function assay.raise_job_error(uuid) is 'Raises the error of a failed job with its HTTP status; does nothing for any other.';
