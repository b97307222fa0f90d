-- A mark is disputed once it is revealed, and only for some days.
create or replace function assay.regrade_request_in_time()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    revealed timestamptz;
begin
    if new.state <> 'open' then
        perform assay.refuse('already_decided');
    end if;
    -- Locked, so that requests for one submission come one after the other (too_many_regrade_requests).
    perform from assay.submissions s where s.id = new.submission_id for no key update;
    select a.id, a.teacher_id into new.assignment_id, new.teacher_id
      from assay.submissions s
      join assay.assignments a on a.id = s.assignment_id
     where s.id = new.submission_id;
    new.score_before := assay.disputed_score(new.submission_id, new.question_number);
    if new.score_before is null then
        perform assay.refuse('not_found');
    end if;
    revealed := assay.revealed_at(new.submission_id);
    if revealed is null or now() < revealed then
        perform assay.refuse('not_revealed_yet');
    end if;
    if now() >= assay.regrade_until(new.submission_id) then
        perform assay.refuse('regrade_period_over');
    end if;
    return new;
end
$$;

comment on function assay.regrade_request_in_time() is
    'A request is made, as an open one, about a question or the total of a submission (not_found) that is revealed (not_revealed_yet), strictly before regrade_days after that have passed (regrade_period_over); it keeps whose it is and what the score was then.';

create or replace trigger regrade_request_in_time
    before insert on assay.regrade_requests
    for each row execute function assay.regrade_request_in_time();
