-- Which jobs a teacher has, newest first.
create or replace function assay.jobs_of_teacher(teacher_id uuid, status text, after uuid, most integer)
    returns uuid[]
    language plpgsql stable
    set search_path = ''
as $$
declare
    start uuid := assay.page_start(jobs_of_teacher.after);
    live  boolean := coalesce(jobs_of_teacher.status in ('queued', 'running'), true);
    over  boolean := coalesce(jobs_of_teacher.status in ('succeeded', 'failed'), true);
    ids   uuid[] := '{}';
begin
    -- A page of each index is enough: what is ready (by kind), what waits for its time, what runs, and what has ended.
    if live and jobs_of_teacher.status is distinct from 'running' then
        ids := ids || array(
            select x.id
              from assay.job_kinds k
             cross join lateral (
                   select j.id
                     from assay.jobs j
                    where j.kind = k.kind
                      and j.teacher_id = jobs_of_teacher.teacher_id
                      and j.worker_id is null
                      and j.run_at is null
                      and j.id < start
                    order by j.id desc
                    limit jobs_of_teacher.most) x);
        ids := ids || array(
            select j.id
              from assay.jobs j
             where j.teacher_id = jobs_of_teacher.teacher_id
               and j.run_at is not null
               and j.id < start
             order by j.id desc
             limit jobs_of_teacher.most);
    end if;
    if live and jobs_of_teacher.status is distinct from 'queued' then
        ids := ids || array(
            select j.id
              from assay.jobs j
             where j.teacher_id = jobs_of_teacher.teacher_id
               and j.worker_id is not null
               and j.id < start
             order by j.id desc
             limit jobs_of_teacher.most);
    end if;
    if over and jobs_of_teacher.status is distinct from 'failed' then
        ids := ids || array(
            select f.id
              from assay.finished_jobs f
             where f.teacher_id = jobs_of_teacher.teacher_id
               and (jobs_of_teacher.status is null or f.error_code is null)
               and f.id < start
             order by f.id desc
             limit jobs_of_teacher.most);
    elsif over then
        ids := ids || array(
            select f.id
              from assay.finished_jobs f
             where f.teacher_id = jobs_of_teacher.teacher_id
               and f.error_code is not null
               and f.id < start
             order by f.id desc
             limit jobs_of_teacher.most);
    end if;
    return array(select i.id from unnest(ids) as i (id) order by i.id desc limit jobs_of_teacher.most);
end
$$;

comment on function assay.jobs_of_teacher(uuid, text, uuid, integer) is
    'Jobs of a teacher, of this status (queued, running, succeeded, failed; null: of any), after the given one, newest first. Reads at most a page of each index.';
