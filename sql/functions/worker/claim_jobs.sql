-- A worker claims the next jobs of the queue: ids and kinds; what a job needs is loaded by its kind.
-- enable_seqscan: a plan made while the queue is empty is kept by the session, and must not read the whole queue later.
create function worker.claim_jobs(
    worker integer, most integer, kinds text[], calls_per_key integer default 8,
    since uuid default '00000000-0000-0000-0000-000000000000')
    returns table (job_id uuid, attempt integer, kind text, teacher_id uuid, traceparent text)
    language plpgsql volatile security definer
    set search_path = ''
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    next uuid[];
begin
    -- One worker claims at a time, so that what a teacher has running is counted rightly. Nothing below waits.
    perform from assay.claim_lock for no key update;

    with recursive heads as (
        select k.kind, k.turn, k.share,
               (select j.teacher_id
                  from assay.jobs j
                 where j.worker_id is null and j.run_at is null and j.kind = k.kind and j.id >= since
                 order by j.teacher_id
                 limit 1) as teacher_id
          from assay.job_kinds k
         where k.kind = any (kinds)
        union all
        select h.kind, h.turn, h.share,
               (select j.teacher_id
                  from assay.jobs j
                 where j.worker_id is null and j.run_at is null and j.kind = h.kind and j.id >= since
                   and j.teacher_id > h.teacher_id
                 order by j.teacher_id
                 limit 1)
          from heads h
         where h.teacher_id is not null
    ), teachers as materialized (
        select t.teacher_id, running.jobs as running, allowed.calls - running.jobs as free, allowed.calls
          from (select distinct h.teacher_id from heads h where h.teacher_id is not null) t
         cross join lateral assay.calls_at_once(t.teacher_id, calls_per_key) as allowed (calls)
         cross join lateral (
               select count(*)::integer as jobs
                 from (select from assay.jobs r
                        where r.worker_id is not null and r.teacher_id = t.teacher_id and r.id >= since
                        limit allowed.calls) as counted) as running
    ), candidates as (
        select t.running, j.id, l.open_calls, row_number() over (partition by t.teacher_id order by h.turn, j.id) as place
          from heads h
          join teachers t on t.teacher_id = h.teacher_id
         cross join lateral (values (least(t.free, greatest(floor(t.calls * h.share)::integer, 1) - t.running))) as l (open_calls)
         cross join lateral (
               select j.id
                 from assay.jobs j
                where j.worker_id is null and j.run_at is null and j.kind = h.kind and j.teacher_id = h.teacher_id
                  and j.id >= since
                order by j.id
                limit greatest(l.open_calls, 0)) as j
    )
    select array(
        select c.id
          from candidates c
         where c.place <= c.open_calls
         order by c.running + c.place, c.id
         limit most)
      into next;

    if cardinality(next) = 0 then
        return;
    end if;

    return query
    with mine as (
        update assay.jobs j
           set worker_id  = claim_jobs.worker,
               attempt    = j.attempt + 1,
               claimed_at = now()
         where j.id = any (array(
                   select r.id
                     from assay.jobs r
                    where r.id = any (next)
                      and r.worker_id is null
                      and r.run_at is null
                      for no key update skip locked))
           and exists (select from assay.workers w where w.id = claim_jobs.worker and w.lease_until > now())
        returning j.id, j.attempt, j.kind, j.teacher_id, j.traceparent
    )
    select * from mine m order by array_position(next, m.id);

    if found then
        perform pg_notify('assay_job', n.id || ' running') from unnest(next) as n (id);
    end if;
end
$$;

comment on function worker.claim_jobs(integer, integer, text[], integer, uuid) is
    'Claims at most so many ready jobs of these kinds for a worker whose lease is good. Teachers take turns: next is the job of whoever would have the fewest running, then the oldest; a teacher''s jobs come by the turn of their kind, and nobody has more running over all workers than assay.calls_at_once allows, of a kind that takes only a share of these no more than its share. Looks at jobs from id `since` on, which worker.promote_jobs answers. Each claim raises the job''s attempt, which finishing must name.';
