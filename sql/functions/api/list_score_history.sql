-- Every score a submission had, newest first.
create function api.list_score_history(token_digest bytea, submission_id uuid, after uuid, most integer)
    returns setof reporting.score_history
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me  assay.teachers    := assay.teacher(token_digest);
    one assay.submissions := assay.own_submission(me.id, list_score_history.submission_id);
begin
    if assay.is_hidden(one.id) then
        return;
    end if;
    return query
    select h.*
      from reporting.score_history h
     where h.submission_id = one.id
       and h.id < assay.page_start(list_score_history.after)
     order by h.id desc
     limit list_score_history.most;
end
$$;

comment on function api.list_score_history(bytea, uuid, uuid, integer) is
    'Every score of a submission to an own assignment, by whom, when and with which model, newest first; none while the submission is hidden from its teacher (assay.is_hidden). 404 not_found.';
