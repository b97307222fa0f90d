-- A worker takes the next jobs of the line, with all it needs to do them.
create function work.take_jobs(worker integer, most integer)
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
as $$
#variable_conflict use_column
declare
    taken uuid[];
begin
    with mine as (
        update assay.jobs j
           set worker_id  = take_jobs.worker,
               attempt    = j.attempt + 1,
               claimed_at = now()
         where j.id = any (array(
                   select r.id
                     from assay.jobs r
                    where r.worker_id is null
                      and r.run_at is null
                    order by r.turn, r.id
                    limit take_jobs.most
                      for update skip locked))
           and exists (select from assay.workers w where w.id = take_jobs.worker and w.lease_until > now())
        returning j.id
    )
    select array_agg(m.id) into taken from mine m;

    perform pg_notify('assay_job', t.id || ' running') from unnest(taken) as t (id);

    return query
    select j.id, j.attempt, j.kind, j.teacher_id, j.assignment_id,
           coalesce(j.draft_instructions, a.instructions),
           a.correction_template,
           case j.kind when 'template' then j.draft_max_score else a.max_score end,
           coalesce(j.content, s.content),
           (select k.sealed from assay.usable_keys(j.teacher_id) k where k.provider = 'openai'),
           (select k.sealed from assay.usable_keys(j.teacher_id) k where k.provider = 'anthropic')
      from assay.jobs j
      left join assay.assignments a on a.id = j.assignment_id
      left join assay.submissions s on s.id = j.submission_id
     where j.id = any (taken)
     order by j.turn, j.id;
end
$$;

comment on function work.take_jobs(integer, integer) is
    'Claims at most so many ready jobs for a worker whose lease is good, first in line first, skipping rows that another worker is taking; each claim raises the job''s attempt, which finishing must name. Keys are sealed; a key that its service refused within the last hour is left out.';
