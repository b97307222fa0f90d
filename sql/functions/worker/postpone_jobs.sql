-- Jobs that no service would take now: every key waits, or has used up its calls of the day.
create function worker.postpone_jobs(job_ids uuid[], attempts integer[], counts boolean[], most integer default 3)
    returns setof uuid
    language plpgsql volatile security definer
    set search_path = ''
as $$
begin
    return query
    update assay.jobs j
       set worker_id = null, claimed_at = null, postponed = j.postponed + p.counts::integer::smallint
      from unnest(job_ids, attempts, counts) as p (id, attempt, counts)
     where j.id = p.id
       and j.attempt = p.attempt
       and j.worker_id is not null
       and (j.postponed < most or not p.counts)
    returning j.id;

    perform assay.fail_job(hopeless.id, 'ai_unavailable', 'outage')
       from unnest(array(
               select j.id
                 from assay.jobs j
                 join unnest(job_ids, attempts) as p (id, attempt) on p.id = j.id and p.attempt = j.attempt
                where j.worker_id is not null
                  for update of j)) as hopeless (id);
end
$$;

comment on function worker.postpone_jobs(uuid[], integer[], boolean[], integer) is
    'Puts jobs back into the queue; they stay there until a key of their teacher may be used again. One that counts, and was put back `most` times before, fails as ai_unavailable; waiting for another day counts for nothing. Answers those that are back.';
