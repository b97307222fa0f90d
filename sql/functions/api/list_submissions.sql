-- The submissions to one assignment of this teacher, newest first.
create function api.list_submissions(token_digest bytea, assignment_id uuid, after uuid, most integer)
    returns setof api.submissions
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me  assay.teachers    := assay.teacher(token_digest);
    one assay.assignments := assay.own_assignment(me.id, list_submissions.assignment_id);
begin
    return query
    select s.*
      from api.submissions s
     where s.assignment_id = one.id
       and s.id < assay.page_start(list_submissions.after)
     order by s.id desc
     limit list_submissions.most;
end
$$;

comment on function api.list_submissions(bytea, uuid, uuid, integer) is
    'Submissions to an own assignment, after the given one, newest first; 404 not_found.';
