-- Asks nobody's name: it shows numbers, no person and no text, and /metrics has a token of its own.
-- enable_seqscan: a plan made while the queue is empty is kept by the session, and must not read the whole queue later.
create function api.read_figures()
    returns table (name text, labels text[], value double precision)
    language sql stable security definer
    set search_path = ''
    set enable_seqscan = off
begin atomic
    with busy as (
        select j.kind, 'running' as state, count(*) as jobs
          from (select r.kind from assay.jobs r where r.worker_id is not null limit 100000) j
         group by j.kind
        union all
        select j.kind, 'waiting', count(*)
          from (select w.kind from assay.jobs w where w.run_at is not null limit 100000) j
         group by j.kind
    )
    select 'assay_jobs', array[k.kind, s.state], coalesce(b.jobs, 0)::double precision
      from assay.job_kinds k
     cross join (values ('running'), ('waiting')) as s (state)
      left join busy b on b.kind = k.kind and b.state = s.state
    union all
    select 'assay_jobs', array[k.kind, 'ready'],
           (select count(*)
              from (select from assay.jobs j
                     where j.kind = k.kind and j.worker_id is null and j.run_at is null
                     limit 100000) as ready)
      from assay.job_kinds k
    union all
    select 'assay_oldest_job_seconds', '{}',
           coalesce((select extract(epoch from now() - j.created_at)
                       from assay.jobs j
                      where j.worker_id is null
                      order by j.id
                      limit 1), 0)
    union all
    select 'assay_workers', '{}', (select count(*) from assay.workers w where w.lease_until > now())
    union all
    select f.name, f.labels, f.value
      from (select count(*) as mails, extract(epoch from now() - min(m.queued_at)) as age
              from (select q.queued_at
                      from assay.outgoing_mail q
                     where q.sent_at is null and q.failed_at is null
                     limit 100000) m) as queued
     cross join lateral (values
               ('assay_mails', array['queued'], queued.mails),
               ('assay_oldest_mail_seconds', '{}', coalesce(queued.age, 0))) as f (name, labels, value)
    union all
    select 'assay_mails', array['failed'],
           (select count(*) from (select from assay.outgoing_mail m where m.failed_at is not null limit 100000) as failed);
end;

comment on function api.read_figures() is
    'What /metrics shows of the database: each figure by the name of its metric, with its labels (kind and state of jobs: ready, running, waiting for their time; state of mails: queued, failed). What could be many is counted up to 100,000, along an index. One round of it serves all who ask within a second.';
