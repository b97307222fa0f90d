-- The HTTP status that a failed job answers with.
create or replace function assay.job_error_status(code text)
    returns integer
    language sql immutable
    set search_path = ''
begin atomic
    select case
        when job_error_status.code = 'ai_unavailable' then 502
        when job_error_status.code in ('max_score_unclear', 'api_key_missing') then 422
        when job_error_status.code in ('already_submitted', 'assignment_locked', 'conflict', 'deadline_passed') then 409
        when job_error_status.code = 'not_found' then 404
        else 500
    end;
end;

comment on function assay.job_error_status(text) is 'The HTTP status for the error code of a failed job.';
