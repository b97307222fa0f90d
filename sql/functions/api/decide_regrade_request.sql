-- A teacher says yes or no to a student who disputed a mark.
create function api.decide_regrade_request(token_digest bytea, request_id uuid, accepts boolean, answer text, score integer)
    returns api.regrade_requests
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me      assay.teachers := assay.teacher(token_digest);
    hidden  uuid;
    decided api.regrade_requests;
begin
    perform assay.set_actor('teacher', me.id);
    -- The submission first, as whoever edits or deletes it does.
    perform from assay.submissions s
      where s.id = (select r.submission_id
                      from assay.regrade_requests r
                     where r.id = decide_regrade_request.request_id
                       and r.teacher_id = me.id)
        for no key update;
    -- Whether a score lowers that one would tell what it is.
    select c.id into hidden
      from assay.regrade_requests r
      join assay.cases c on c.submission_id = r.submission_id
     where r.id = decide_regrade_request.request_id
       and r.teacher_id = me.id
       and accepts
       and assay.is_hidden(c.submission_id);
    if found then
        perform assay.refuse('case_not_marked', jsonb_build_object('case_id', hidden));
    end if;
    update assay.regrade_requests r
       set state       = case when accepts then 'accepted' else 'rejected' end,
           answer      = decide_regrade_request.answer,
           score_after = decide_regrade_request.score,
           decided_by  = me.id
     where r.id = decide_regrade_request.request_id
       and r.teacher_id = me.id;
    if not found then
        perform assay.refuse('not_found');
    end if;
    select r.* into decided from api.regrade_requests r where r.id = decide_regrade_request.request_id;
    return decided;
end
$$;

comment on function api.decide_regrade_request(bytea, uuid, boolean, text, integer) is
    'Decides an open request about an own assignment, once. Accepting gives the question, or the total, the score that is named, as a person''s, with ledger and coins. 404 not_found, 409 already_decided, or case_not_marked where one is to be accepted while the score is hidden (assay.is_hidden), 422 decision_needs_answer, decision_needs_score, regrade_lowers, answer_score_in_range, score_is_a_level or score_in_range.';
