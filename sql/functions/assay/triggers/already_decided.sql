-- A request is decided once, and what was asked stays.
create or replace function assay.already_decided()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if old.state <> 'open' then
        perform assay.refuse('already_decided');
    end if;
    if new.state <> 'open' then
        new.decided_at := coalesce(new.decided_at, now());
    end if;
    if new.state = 'accepted' then
        -- Locked, so that no mark slips in between.
        perform from assay.submissions s where s.id = new.submission_id for no key update;
        if new.score_after < assay.disputed_score(new.submission_id, new.question_number) then
            perform assay.refuse('regrade_lowers');
        end if;
    end if;
    return new;
end
$$;

comment on function assay.already_decided() is
    'A request that was decided or withdrawn never changes (already_decided); accepting one lowers the score neither of when it was asked nor of now (regrade_lowers). Keeps when.';

create or replace trigger already_decided
    before update on assay.regrade_requests
    for each row execute function assay.already_decided();
