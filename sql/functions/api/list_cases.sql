-- The cases of one assignment of this teacher, newest first.
-- enable_seqscan: a plan made while there are few cases is kept by the session, and must not read all of many later.
create function api.list_cases(token_digest bytea, assignment_id uuid, after uuid, most integer)
    returns setof api.cases
    language plpgsql stable security definer
    set search_path = ''
    set enable_seqscan = off
as $$
declare
    me  assay.teachers    := assay.teacher(token_digest);
    one assay.assignments := assay.own_assignment(me.id, list_cases.assignment_id);
begin
    return query
    select c.*
      from api.cases c
     where c.assignment_id = one.id
       and c.id in (select x.id
                      from assay.cases x
                     where x.assignment_id = one.id
                       and x.id < assay.page_start(list_cases.after)
                     order by x.id desc
                     limit list_cases.most)
     order by c.id desc;
end
$$;

comment on function api.list_cases(bytea, uuid, uuid, integer) is
    'Cases of an own assignment with their tries and marks, after the given one, newest first; 404 not_found.';
