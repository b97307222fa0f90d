-- Whose job is it?
create or replace function assay.require_own_job(job_id uuid, teacher_id uuid, student_id uuid)
    returns void
    language plpgsql stable
    set search_path = ''
as $$
begin
    if not exists (
        select
          from assay.jobs j
         where j.id = require_own_job.job_id
           and (j.teacher_id = require_own_job.teacher_id or j.student_id = require_own_job.student_id)
        union all
        select
          from assay.finished_jobs f
         where f.id = require_own_job.job_id
           and (f.teacher_id = require_own_job.teacher_id or f.student_id = require_own_job.student_id))
    then
        perform assay.refuse('not_found');
    end if;
end
$$;

comment on function assay.require_own_job(uuid, uuid, uuid) is
    'Raises 404 not_found unless the job, live or finished, is this teacher''s or this student''s.';
