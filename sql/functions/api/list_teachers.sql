-- The teachers of the platform, newest first.
create function api.list_teachers(token_digest bytea, after uuid, most integer)
    returns setof api.teachers
    language plpgsql stable security definer
    set search_path = ''
as $$
begin
    perform assay.teacher(token_digest);
    return query
    select t.*
      from api.teachers t
     where t.id < assay.page_start(list_teachers.after)
     order by t.id desc
     limit list_teachers.most;
end
$$;

comment on function api.list_teachers(bytea, uuid, integer) is 'All teachers, after the given one, newest first, for a teacher.';
