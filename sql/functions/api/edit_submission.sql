-- A teacher corrects a score, or that of a question, and writes feedback or a comment; coins follow.
create function api.edit_submission(
    token_digest bytea, submission_id uuid, score integer, feedback_given boolean, feedback text, comment_given boolean, comment text,
    numbers integer[], scores integer[], reasons text[], if_match text[] default null)
    returns api.full_submissions
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me      assay.teachers    := assay.teacher(token_digest);
    one     assay.submissions := assay.own_submission(me.id, edit_submission.submission_id);
    edited  api.full_submissions;
    sum     bigint;  -- of the answers, as they will be
    unknown integer;
begin
    perform assay.set_actor('teacher', me.id);
    perform from assay.submissions s where s.id = one.id for no key update;
    if if_match is not null then
        perform assay.require_match(if_match, (select to_json(s)::text from api.full_submissions s where s.id = one.id));
    end if;
    select sum(coalesce(n.score, x.score, 0)), cardinality(numbers) - count(n.number) into sum, unknown
      from assay.answers x
      join assay.questions q on q.id = x.question_id
      left join unnest(numbers, scores) as n (number, score) on n.number = q.number
     where x.submission_id = one.id;
    if unknown > 0 then
        perform assay.refuse('not_found');
    end if;

    -- What is given beyond the answers is the adjustment. Where answers change, the score follows with them (add_up_answers).
    update assay.submissions s
       set score        = case when cardinality(numbers) > 0 then s.score else coalesce(edit_submission.score, s.score) end,
           adjustment   = case when edit_submission.score is null or sum is null then s.adjustment else edit_submission.score - sum end,
           graded_at    = case when cardinality(numbers) > 0 or edit_submission.score is null then s.graded_at else clock_timestamp() end,
           feedback     = case when feedback_given then edit_submission.feedback else s.feedback end,
           comment      = case when comment_given then edit_submission.comment else s.comment end,
           commented_at = case when comment_given then now() else s.commented_at end
     where s.id = one.id;
    update assay.answers x
       set score = n.score, marked_by = 'teacher', reason = n.reason, evidence = null, quotes_unfound = 0,
           provider = null, model = null, prompt_version = null, marked_at = clock_timestamp()
      from unnest(numbers, scores, reasons) as n (number, score, reason)
      join assay.questions q on q.assignment_id = one.assignment_id and q.number = n.number
     where x.submission_id = one.id
       and x.question_id = q.id;
    select s.* into edited from api.full_submissions s where s.id = one.id;
    return edited;
end
$$;

comment on function api.edit_submission(bytea, uuid, integer, boolean, text, boolean, text, integer[], integer[], text[], text[]) is
    'Changes score (when not null), the scores of questions (by number, each with a reason or null), feedback and comment (when given) of a submission to an own assignment; the total follows the questions, a total that is given sets the adjustment, and the student''s coins follow in the same transaction. 404 not_found, also for a number that there is not; 412 precondition_failed when it is none of if_match (null: as it may be); 422 score_in_range, answer_score_in_range or score_is_a_level.';
