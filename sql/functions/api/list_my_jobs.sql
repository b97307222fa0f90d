-- What became of all that this student handed in, newest first.
create function api.list_my_jobs(token_digest bytea, status text, after uuid, most integer)
    returns setof api.my_jobs
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me   assay.students := assay.student(token_digest);
    page uuid[] := assay.jobs_of_student(me.id, list_my_jobs.status, list_my_jobs.after, list_my_jobs.most);
begin
    return query
    select j.*
      from api.my_jobs j
     where j.id = any (page)
     order by j.id desc;
end
$$;

comment on function api.list_my_jobs(bytea, text, uuid, integer) is
    'Jobs about the calling student''s work, live ones and those of the last 30 days, of this status if one is given, after the given one, newest first; scores that are held are null.';
