-- A student takes back a request that nobody has decided.
create function api.withdraw_regrade_request(token_digest bytea, assignment_id uuid, request_id uuid)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me assay.students := assay.student(token_digest);
begin
    perform assay.set_actor('student', me.id);
    update assay.regrade_requests r
       set state = 'withdrawn'
      from assay.submissions s
     where r.id = withdraw_regrade_request.request_id
       and r.assignment_id = withdraw_regrade_request.assignment_id
       and s.id = r.submission_id
       and s.student_id = me.id;
    if not found then
        perform assay.refuse('not_found');
    end if;
end
$$;

comment on function api.withdraw_regrade_request(bytea, uuid, uuid) is
    'Withdraws an open request of the calling student; it stays readable. 404 not_found, 409 already_decided.';
