-- The graded submission that a job led to.
create function api.read_my_outcome(token_digest bytea, job_id uuid)
    returns table (finished boolean, job api.jobs, submission api.graded_texts)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me assay.students := assay.student(token_digest);
begin
    perform assay.require_own_job(read_my_outcome.job_id, null, me.id);
    select j.* into job from api.jobs j where j.id = read_my_outcome.job_id;
    perform assay.raise_job_error(read_my_outcome.job_id);
    finished := job.status = 'succeeded';
    if finished then
        select g.* into submission from api.graded_texts g where g.id = job.submission_id;
    end if;
    return next;
end
$$;

comment on function api.read_my_outcome(bytea, uuid) is
    'The job and, when it has succeeded, its submission. A failed job raises what it failed with, such as 502 ai_unavailable.';
