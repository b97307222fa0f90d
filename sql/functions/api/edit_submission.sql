-- A teacher corrects a score or writes feedback; coins follow.
create function api.edit_submission(token bytea, submission_id uuid, score integer, feedback_given boolean, feedback text)
    returns api.full_submissions
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me     assay.teachers    := assay.teacher(token);
    one    assay.submissions := assay.own_submission(me.id, edit_submission.submission_id);
    edited api.full_submissions;
begin
    perform assay.set_actor('teacher', me.id);
    update assay.submissions s
       set score      = coalesce(edit_submission.score, s.score),
           adjustment = s.adjustment + case when exists (select from assay.answers x where x.submission_id = s.id)
                                            then coalesce(edit_submission.score, s.score) - s.score else 0 end,
           feedback   = case when feedback_given then edit_submission.feedback else s.feedback end,
           graded_at  = case when edit_submission.score is null then s.graded_at else now() end
     where s.id = one.id;
    select s.* into edited from api.full_submissions s where s.id = one.id;
    return edited;
end
$$;

comment on function api.edit_submission(bytea, uuid, integer, boolean, text) is
    'Changes score (when not null) and feedback (when given) of a submission to an own assignment; the student''s coins follow in the same transaction. 404 not_found, 422 score_in_range.';
