-- The jobs of this teacher, newest first.
create function api.list_jobs(token_digest bytea, status text, after uuid, most integer)
    returns setof api.teacher_jobs
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me   assay.teachers := assay.teacher(token_digest);
    page uuid[] := assay.jobs_of_teacher(me.id, list_jobs.status, list_jobs.after, list_jobs.most);
begin
    return query
    select j.*
      from api.teacher_jobs j
     where j.id = any (page)
     order by j.id desc;
end
$$;

comment on function api.list_jobs(bytea, text, uuid, integer) is
    'The calling teacher''s jobs (templates, gradings for own assignments, tries), live ones and those of the last 30 days, of this status if one is given, after the given one, newest first; hidden scores are null.';
