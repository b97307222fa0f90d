-- What an AI gave is held until it is known how well it agrees with people, where the teacher wants that.
create or replace function assay.submission_is_held()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    -- The assignment is locked since score_in_range: no release slips in between.
    if assay.held_because(new.assignment_id, new.provider, new.model, new.prompt_version) is not null then
        new.released_at := null;
    end if;
    return new;
end
$$;

comment on function assay.submission_is_held() is
    'A submission that an AI graded is not released while assay.held_because says why; what people or the database gave is released at once.';

create or replace trigger submission_is_held
    before insert on assay.submissions
    for each row when (new.provider is not null)
    execute function assay.submission_is_held();
