-- A score is between 0 and the maximum of its assignment; and it is said who gave it.
create or replace function assay.score_in_range()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    highest integer;
begin
    if tg_op = 'INSERT' then
        new.original_score := new.score;
    elsif new.score is not distinct from old.score and new.graded_at is not distinct from old.graded_at then
        return new;
    end if;

    -- Locked, so that no change of the maximum slips in between (assay.check_deadline says why not with key share).
    select a.max_score into highest
      from assay.assignments a
     where a.id = new.assignment_id
       for share;

    if not (new.score between 0 and highest) then
        -- A total that was sent is a field that is wrong; one that follows the answers is not.
        perform assay.refuse('score_in_range', jsonb_build_object('max_score', highest), of_field => pg_trigger_depth() = 1);
    end if;

    if tg_op = 'UPDATE' and new.graded_at is not distinct from old.graded_at then
        new.graded_at := now();
    end if;
    -- A score that follows its answers is named after those who marked them (add_up_answers).
    if assay.actor() <> 'ai' and (tg_op = 'INSERT' or pg_trigger_depth() = 1) then
        new.provider := null;
        new.model := null;
        new.prompt_version := null;
    end if;
    return new;
end
$$;

comment on function assay.score_in_range() is
    '0 <= score <= max_score, whoever writes it (score_in_range); keeps the first score, the time of the current one, and that no AI service is named for a score that a person gave.';

create or replace trigger score_in_range
    before insert or update on assay.submissions
    for each row execute function assay.score_in_range();
