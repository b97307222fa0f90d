-- Assignments of the platform, newest first.
create function api.list_assignments(token_digest bytea, teacher_id uuid, class_id uuid, after uuid, most integer)
    returns setof api.assignment_summaries
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me assay.teachers := assay.teacher(token_digest);
begin
    -- One statement per index.
    if list_assignments.class_id is not null then
        return query
        select a.*
          from api.assignment_summaries a
         where a.class_id = list_assignments.class_id
           and a.teacher_id = coalesce(list_assignments.teacher_id, a.teacher_id)
           and a.id < assay.page_start(list_assignments.after)
           and (a.published_at is not null or a.teacher_id = me.id)
         order by a.id desc
         limit list_assignments.most;
    elsif list_assignments.teacher_id is not null then
        return query
        select a.*
          from api.assignment_summaries a
         where a.teacher_id = list_assignments.teacher_id
           and a.id < assay.page_start(list_assignments.after)
           and (a.published_at is not null or a.teacher_id = me.id)
         order by a.id desc
         limit list_assignments.most;
    else
        return query
        select a.*
          from api.assignment_summaries a
         where a.id < assay.page_start(list_assignments.after)
           and (a.published_at is not null or a.teacher_id = me.id)
         order by a.id desc
         limit list_assignments.most;
    end if;
end
$$;

comment on function api.list_assignments(bytea, uuid, uuid, uuid, integer) is
    'Assignments of all teachers, or of one, or for one class, after the given id, newest first.';
