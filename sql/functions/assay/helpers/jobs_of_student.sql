-- Which jobs a student has, newest first.
create or replace function assay.jobs_of_student(student_id uuid, status text, after uuid, most integer)
    returns uuid[]
    language sql stable
begin atomic
    select array(
        select x.id
          from (select j.id, case when j.worker_id is null then 'queued' else 'running' end as status
                  from (select p.job_id
                          from assay.pending_submissions p
                         where p.student_id = jobs_of_student.student_id
                         union all
                        select r.job_id
                          from assay.submissions s
                          join assay.pending_regrades r on r.submission_id = s.id
                         where s.student_id = jobs_of_student.student_id) w
                  join assay.jobs j on j.id = w.job_id
                 union all
                select f.id, case when f.error_code is null then 'succeeded' else 'failed' end
                  from assay.finished_jobs f
                 where f.student_id = jobs_of_student.student_id) x
         where x.id < assay.page_start(jobs_of_student.after)
           and x.status = coalesce(jobs_of_student.status, x.status)
         order by x.id desc
         limit jobs_of_student.most);
end;

comment on function assay.jobs_of_student(uuid, text, uuid, integer) is
    'Jobs about a student''s work, of this status (queued, running, succeeded, failed; null: of any), after the given one, newest first.';
