-- What this student disputed of an assignment, newest first.
create function api.list_my_regrade_requests(token_digest bytea, assignment_id uuid, after uuid, most integer)
    returns setof api.my_regrade_requests
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me   assay.students := assay.student(token_digest);
    mine uuid;
begin
    select s.id into mine
      from assay.submissions s
     where s.student_id = me.id
       and s.assignment_id = list_my_regrade_requests.assignment_id;
    if not found and not assay.is_visible(me.id, list_my_regrade_requests.assignment_id) then
        perform assay.refuse('not_found');
    end if;
    return query
    select r.*
      from api.my_regrade_requests r
     where r.submission_id = mine
       and r.id < assay.page_start(list_my_regrade_requests.after)
     order by r.id desc
     limit list_my_regrade_requests.most;
end
$$;

comment on function api.list_my_regrade_requests(bytea, uuid, uuid, integer) is
    'The calling student''s regrade requests about an assignment with what they were told, after the given one, newest first; none where nothing was handed in. 404 not_found.';
