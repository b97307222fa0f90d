-- Accepting a request changes the score.
create or replace function assay.regrade_accepted()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    -- To the student the answer is the reason; where it is too long for one, it stands in the request alone.
    perform assay.give_score(new.submission_id, new.question_number, new.score_after,
                             case when length(new.answer) <= 1000 then new.answer end);
    return null;
end
$$;

comment on function assay.regrade_accepted() is
    'Gives what was disputed the score of an accepted request, as a person''s, in the same transaction, whoever decides; submission, ledger and coins follow.';

create or replace trigger regrade_accepted
    after update on assay.regrade_requests
    for each row when (old.state = 'open' and new.state = 'accepted')
    execute function assay.regrade_accepted();
