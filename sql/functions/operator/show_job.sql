-- One job, for an operator.
create function operator.show_job(job_id uuid)
    returns table (
        id uuid, kind text, status text, teacher text, student_id uuid, assignment_id uuid, submission_id uuid, score integer,
        error_code text, error_message text, attempt integer, failures smallint, postponed smallint, worker text,
        run_at timestamptz, claimed_at timestamptz, created_at timestamptz, finished_at timestamptz)
    language sql stable security definer
    set search_path = ''
begin atomic
    select j.id, j.kind, coalesce(q.state, j.status), t.name, j.student_id, j.assignment_id, j.submission_id, j.score,
           j.error_code, j.error_message, j.attempt, q.failures, q.postponed, q.worker,
           q.run_at, q.claimed_at, j.created_at, j.finished_at
      from reporting.jobs j
      join assay.teachers t on t.id = j.teacher_id
      left join reporting.grading_queue q on q.job_id = j.id
     where j.id = show_job.job_id;
end;

comment on function operator.show_job(uuid) is 'One job, live or finished, without any text; no row when there is none.';
