-- The assignment or the submission that a job of this teacher led to.
create function api.read_outcome(token_digest bytea, job_id uuid)
    returns table (finished boolean, job api.jobs, assignment api.assignments, submission api.full_submissions)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me assay.teachers := assay.teacher(token_digest);
begin
    perform assay.require_own_job(read_outcome.job_id, me.id, null);
    select j.* into job from api.jobs j where j.id = read_outcome.job_id;
    perform assay.raise_job_error(read_outcome.job_id);
    finished := job.status = 'succeeded';
    if finished and job.submission_id is null then
        select a.* into assignment from api.assignments a where a.id = job.assignment_id;
    elsif finished then
        select s.* into submission from api.full_submissions s where s.id = job.submission_id;
    end if;
    return next;
end
$$;

comment on function api.read_outcome(bytea, uuid) is
    'The job and, when it has succeeded, its assignment or submission. A failed job raises what it failed with.';
