-- A student asks for a mark to be looked at again.
create function api.request_regrade(token_digest bytea, assignment_id uuid, number smallint, content text)
    returns api.my_regrade_requests
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me   assay.students := assay.student(token_digest);
    mine uuid;
    made api.my_regrade_requests;
begin
    perform assay.set_actor('student', me.id);
    select s.id into mine
      from assay.submissions s
     where s.student_id = me.id
       and s.assignment_id = request_regrade.assignment_id;
    if not found then
        perform from assay.pending_submissions p
          where p.student_id = me.id
            and p.assignment_id = request_regrade.assignment_id;
        if found then
            perform assay.refuse('not_revealed_yet');
        end if;
        perform assay.refuse('not_found');
    end if;

    insert into assay.regrade_requests as r (submission_id, question_number, student_text)
    values (mine, request_regrade.number, request_regrade.content)
    returning r.id into mine;
    select r.* into made from api.my_regrade_requests r where r.id = mine;
    return made;
end
$$;

comment on function api.request_regrade(bytea, uuid, smallint, text) is
    'Asks for the mark of a question or criterion, or without a number for the total, to be looked at again. 404 not_found without a submission or question, 409 not_revealed_yet, regrade_period_over, regrade_request_open or too_many_regrade_requests, 422 regrade_text_length.';
