-- Assignments of the platform; newest first, or by deadline.
create function api.list_assignments(
    token_digest bytea, teacher_id uuid, class_id uuid, after uuid, most integer, state text default null, sort text default null,
    after_key bigint default null)
    returns setof api.assignment_summaries
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me  assay.teachers := assay.teacher(token_digest);
    ids uuid[];
begin
    if num_nonnulls(list_assignments.state, list_assignments.sort) > 0 then
        ids := assay.find_assignments(me.id, list_assignments.teacher_id, list_assignments.class_id, list_assignments.state,
                                      list_assignments.sort, list_assignments.after, list_assignments.after_key, list_assignments.most);
        return query
        select a.*
          from api.assignment_summaries a
         where a.id = any (ids)
         order by array_position(ids, a.id);
    -- One statement per index.
    elsif list_assignments.class_id is not null then
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

comment on function api.list_assignments(bytea, uuid, uuid, uuid, integer, text, text, bigint) is
    'Assignments of all teachers, or of one, or for one class, in a state (draft, open, closed) if one is given, after the given id, newest first; sorted by deadline or -deadline: after the given id and deadline (microseconds since 1970).';
