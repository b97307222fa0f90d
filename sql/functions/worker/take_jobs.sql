-- A worker takes the next jobs of the line, with all it needs to do them.
-- enable_seqscan: a plan made while the line is empty is kept by the session, and must not read the whole line later.
create function worker.take_jobs(
    worker integer, most integer, per_teacher integer default 8, since uuid default '00000000-0000-0000-0000-000000000000')
    returns table (
        job_id              uuid,
        attempt             integer,
        kind                text,
        teacher_id          uuid,
        assignment_id       uuid,
        instructions        text,
        correction_template text,
        max_score           integer,
        content             text,
        openai_key          bytea,
        anthropic_key       bytea)
    language plpgsql volatile security definer
    set search_path = ''
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    next uuid[];
begin
    -- One worker takes at a time, so that what a teacher has running is counted rightly. Nothing below waits.
    perform pg_advisory_xact_lock(assay.lock_number('line'));

    with recursive teachers as (
        (select j.teacher_id as id
           from assay.jobs j
          where j.worker_id is null and j.run_at is null and j.id >= since
          order by j.teacher_id
          limit 1)
        union all
        select (select j.teacher_id
                  from assay.jobs j
                 where j.worker_id is null and j.run_at is null and j.id >= since and j.teacher_id > t.id
                 order by j.teacher_id
                 limit 1)
          from teachers t
         where t.id is not null
    )
    select array(
        select ready.id
          from teachers t
         cross join lateral (
               select count(*) as jobs
                 from (select from assay.jobs r
                        where r.worker_id is not null and r.teacher_id = t.id and r.id >= since
                        limit per_teacher) as counted) as running
         cross join lateral (
               select j.id, row_number() over (order by j.kind desc, j.id) as place
                 from assay.jobs j
                where j.worker_id is null and j.run_at is null and j.teacher_id = t.id and j.id >= since
                order by j.kind desc, j.id
                limit greatest(per_teacher - running.jobs, 0)) as ready
         where t.id is not null
           and not (select coalesce(bool_and(k.cools_until > now()), false)
                      from assay.api_keys k
                     where k.teacher_id = t.id
                       and (k.last_refused_at is null or k.last_refused_at < now() - interval '1 hour'))
         order by running.jobs + ready.place, ready.id
         limit most)
      into next;

    if cardinality(next) = 0 then
        return;
    end if;

    return query
    with mine as (
        update assay.jobs j
           set worker_id  = take_jobs.worker,
               attempt    = j.attempt + 1,
               claimed_at = now()
         where j.id = any (array(
                   select r.id
                     from assay.jobs r
                    where r.id = any (next)
                      and r.worker_id is null
                      and r.run_at is null
                      for no key update skip locked))
           and exists (select from assay.workers w where w.id = take_jobs.worker and w.lease_until > now())
        returning j.id, j.attempt, j.kind, j.teacher_id, j.assignment_id,
                  coalesce(j.draft_instructions, (select a.instructions from assay.assignments a where a.id = j.assignment_id)),
                  (select a.correction_template from assay.assignments a where a.id = j.assignment_id),
                  case j.kind when 'template' then j.draft_max_score
                              else (select a.max_score from assay.assignments a where a.id = j.assignment_id) end,
                  coalesce(j.content, (select s.content from assay.submissions s where s.id = j.submission_id)),
                  (select k.sealed from assay.usable_keys(j.teacher_id) k where k.provider = 'openai'),
                  (select k.sealed from assay.usable_keys(j.teacher_id) k where k.provider = 'anthropic')
    )
    select * from mine m order by array_position(next, m.id);

    if found then
        perform pg_notify('assay_job', n.id || ' running') from unnest(next) as n (id);
    end if;
end
$$;

comment on function worker.take_jobs(integer, integer, integer, uuid) is
    'Claims at most so many ready jobs for a worker whose lease is good. Teachers take turns: next is the job of whoever would have the fewest running, then the oldest; a teacher''s templates come before texts, and nobody has more than per_teacher running over all workers, or any while every key cools. Looks at jobs from id `since` on, which worker.promote_jobs answers. Each claim raises the job''s attempt, which finishing must name. Keys are sealed; a key that its service refused within the last hour is left out.';
