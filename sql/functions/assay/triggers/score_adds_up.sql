-- No commit leaves a score that is not what the answers earned.
create or replace function assay.score_adds_up()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    submission uuid;
begin
    if tg_table_name = 'submissions' then
        submission := new.id;
    else
        submission := new.submission_id;
    end if;
    perform
       from assay.submissions s
      where s.id = submission
        and s.score <> (select sum(coalesce(x.score, 0)) + s.adjustment from assay.answers x where x.submission_id = s.id);
    if found then
        perform assay.refuse('score_adds_up');
    end if;
    return null;
end
$$;

comment on function assay.score_adds_up() is
    'At commit the score of a submission that has answers is their sum and its adjustment, whoever wrote (score_adds_up).';

drop trigger if exists score_adds_up on assay.submissions;
create constraint trigger score_adds_up
    after insert or update of score, adjustment on assay.submissions
    deferrable initially deferred
    for each row execute function assay.score_adds_up();

-- A score that changes moves its submission's, which is then looked at; what came into a submission is looked at here,
-- where it earned something.
drop trigger if exists score_adds_up on assay.answers;
create constraint trigger score_adds_up
    after insert or update of submission_id on assay.answers
    deferrable initially deferred
    for each row when (new.submission_id is not null and new.score <> 0)
    execute function assay.score_adds_up();
