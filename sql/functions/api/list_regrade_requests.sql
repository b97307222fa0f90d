-- What students disputed of one assignment of this teacher, or of all.
create function api.list_regrade_requests(token_digest bytea, assignment_id uuid, wanted_state text, after uuid, most integer)
    returns table (list_order uuid, request api.regrade_requests)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me assay.teachers := assay.teacher(token_digest);
begin
    if list_regrade_requests.assignment_id is not null then
        perform assay.own_assignment(me.id, list_regrade_requests.assignment_id);
    end if;
    return query
    select k.list_order, (select r from api.regrade_requests r where r.id = k.id)
      from (select n.id, n.list_order
              from assay.regrade_requests n
             where n.teacher_id = me.id
               and (list_regrade_requests.assignment_id is null or n.assignment_id = list_regrade_requests.assignment_id)
               and (list_regrade_requests.wanted_state is null or n.state = list_regrade_requests.wanted_state)
               and n.list_order > coalesce(list_regrade_requests.after, '00000000-0000-0000-0000-000000000000')
             order by n.list_order
             limit list_regrade_requests.most) k
     order by k.list_order;
end
$$;

comment on function api.list_regrade_requests(bytea, uuid, text, uuid, integer) is
    'Regrade requests about an own assignment, or about all (deleted ones too), in one state or in any, after the given list_order: open ones first, the oldest first. 404 not_found.';
