-- The submissions to one assignment of this teacher; newest first, or sorted.
create function api.list_submissions(
    token_digest bytea, assignment_id uuid, after uuid, most integer, sort text default null, after_key text default null)
    returns setof api.submissions
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me  assay.teachers    := assay.teacher(token_digest);
    one assay.assignments := assay.own_assignment(me.id, list_submissions.assignment_id);
    ids uuid[];
begin
    if list_submissions.sort is null then
        return query
        select s.*
          from api.submissions s
         where s.assignment_id = one.id
           and s.id < assay.page_start(list_submissions.after)
         order by s.id desc
         limit list_submissions.most;
    else
        ids := assay.find_submissions(one.id, list_submissions.sort, list_submissions.after, list_submissions.after_key, list_submissions.most);
        return query
        select s.*
          from api.submissions s
         where s.id = any (ids)
         order by array_position(ids, s.id);
    end if;
end
$$;

comment on function api.list_submissions(bytea, uuid, uuid, integer, text, text) is
    'Submissions to an own assignment, after the given one, newest first, or sorted as assay.find_submissions says; 404 not_found.';
