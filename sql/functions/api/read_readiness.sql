-- Asks nobody's name: /ready has no token.
create function api.read_readiness(digest text, migrations text[])
    returns table (schema_state text, workers text[], oldest_job_seconds double precision)
    language sql stable security definer
    set search_path = ''
begin atomic
    select assay.compare_schema(read_readiness.digest, read_readiness.migrations),
           array(select w.slot from assay.workers w where w.lease_until > now() order by w.slot),
           (select extract(epoch from now() - j.created_at)::double precision
              from assay.jobs j
             where j.worker_id is null
             order by j.id
             limit 1);
end;

comment on function api.read_readiness(text, text[]) is
    'What GET /ready tells: how the database stands to a process (see assay.compare_schema), the slots of living workers, and for how many seconds the oldest job has been waiting that no worker runs (null: none waits).';
