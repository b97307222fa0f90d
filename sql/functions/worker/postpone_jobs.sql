-- Jobs that no service would take now, because every key is cooling.
create function worker.postpone_jobs(job_ids uuid[], attempts integer[], most integer)
    returns integer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    back integer;
begin
    with ours as (
        update assay.jobs j
           set worker_id = null, claimed_at = null, postponed = j.postponed + 1
         where j.id = any (job_ids)
           and (j.id, j.attempt) in (select g.id, g.attempt from unnest(job_ids, attempts) as g (id, attempt))
           and j.worker_id is not null
           and j.postponed < most
        returning j.id
    )
    select count(*) into back from ours;

    perform assay.fail_job(hopeless.id, 'ai_unavailable')
       from unnest(array(
               select j.id
                 from assay.jobs j
                where j.id = any (job_ids)
                  and (j.id, j.attempt) in (select g.id, g.attempt from unnest(job_ids, attempts) as g (id, attempt))
                  and j.worker_id is not null
                  for update)) as hopeless (id);
    return back;
end
$$;

comment on function worker.postpone_jobs(uuid[], integer[], integer) is
    'Puts jobs back into the line, uncounted; they stay there while every key of their teacher cools. A job that was put back `most` times before fails as ai_unavailable. Answers how many are back.';
