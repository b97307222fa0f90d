-- What nobody may ask about any more goes.
create function worker.prune(keep_days integer, most integer)
    returns integer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    pruned integer;
    others integer;
begin
    delete from assay.finished_jobs f
     where f.id in (select x.id from assay.finished_jobs x
                     where x.finished_at < now() - make_interval(days => keep_days)
                     order by x.finished_at
                     limit most
                       for update skip locked);
    get diagnostics pruned = row_count;
    delete from assay.sessions s
     where s.digest in (select x.digest from assay.sessions x where x.expires_at < now() order by x.expires_at limit most for update skip locked);
    get diagnostics others = row_count;
    pruned := greatest(pruned, others);
    delete from assay.links l
     where l.digest in (select x.digest from assay.links x where x.expires_at < now() order by x.expires_at limit most for update skip locked);
    get diagnostics others = row_count;
    pruned := greatest(pruned, others);
    delete from assay.idempotency_keys k
     where k.digest in (select x.digest from assay.idempotency_keys x where x.expires_at < now() order by x.expires_at limit most for update skip locked);
    get diagnostics others = row_count;
    return greatest(pruned, others);
end
$$;

comment on function worker.prune(integer, integer) is
    'Deletes jobs that finished more than keep_days ago, expired sessions, links and Idempotency-Keys, at most so many of each. Answers the largest of these numbers: when it is the most, there is more to do.';
