-- A person gives a submission, or one question of it, another score.
create or replace function assay.give_score(submission_id uuid, question_number smallint, score integer, reason text)
    returns void
    language plpgsql volatile
    set search_path = ''
as $$
begin
    if give_score.question_number is null then
        -- What is given beyond the answers is the adjustment.
        update assay.submissions s
           set score      = give_score.score,
               adjustment = coalesce(give_score.score - (select sum(coalesce(x.score, 0)) from assay.answers x where x.submission_id = s.id),
                                     s.adjustment),
               graded_at  = clock_timestamp(),
               provider   = null, model = null, prompt_version = null
         where s.id = give_score.submission_id;
    else
        update assay.answers x
           set score = give_score.score, marked_by = 'teacher', reason = give_score.reason, evidence = null, quotes_unfound = 0,
               provider = null, model = null, prompt_version = null, marked_at = clock_timestamp()
          from assay.questions q
         where x.submission_id = give_score.submission_id
           and q.id = x.question_id
           and q.number = give_score.question_number;
    end if;
end
$$;

comment on function assay.give_score(uuid, smallint, integer, text) is
    'Sets the score of the question with this number and says why, or without a number the total; the total follows the questions, ledger and coins follow the total. 422 score_in_range, answer_score_in_range or score_is_a_level.';
