-- The classes of this teacher, newest first.
create function api.list_classes(token_digest bytea, after uuid, most integer)
    returns setof api.classes
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me assay.teachers := assay.teacher(token_digest);
begin
    return query
    select c.*
      from api.classes c
     where c.teacher_id = me.id
       and c.id < assay.page_start(list_classes.after)
     order by c.id desc
     limit list_classes.most;
end
$$;

comment on function api.list_classes(bytea, uuid, integer) is 'The calling teacher''s classes, after the given one, newest first.';
