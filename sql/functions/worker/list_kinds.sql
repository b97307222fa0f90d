-- The kinds of jobs there are.
create function worker.list_kinds()
    returns setof text
    language sql stable security definer
    set search_path = ''
begin atomic
    select k.kind from assay.job_kinds k order by k.turn, k.kind;
end;

comment on function worker.list_kinds() is 'Every kind of job, by turn. A worker takes those that it has a module for.';
