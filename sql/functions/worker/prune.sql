-- What nobody may ask about any more goes.
create function worker.prune(keep_days integer, most integer)
    returns integer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    pruned integer;
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
    delete from assay.links l
     where l.digest in (select x.digest from assay.links x where x.expires_at < now() order by x.expires_at limit most for update skip locked);
    return pruned;
end
$$;

comment on function worker.prune(integer, integer) is
    'Deletes jobs that finished more than keep_days ago, expired sessions and expired links, at most so many of each. Answers how many jobs.';
