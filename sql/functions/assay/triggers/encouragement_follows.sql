-- What a student was told follows their score.
create or replace function assay.encouragement_follows()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if not exists (select from assay.answers x where x.submission_id = new.id and x.marked_by = 'ai') then
        new.comment := coalesce((select assay.encouragement_of(new.id, new.assignment_id, new.score, array_agg(x.question_id),
                                                               array_agg(coalesce(x.score, 0)))
                                   from assay.answers x
                                  where x.submission_id = new.id), new.comment);
    end if;
    return new;
end
$$;

comment on function assay.encouragement_follows() is
    'When a score changes, as after a key was corrected, the encouragement that its student was given does too. What a person or an AI wrote stays.';

create or replace trigger encouragement_follows
    before update of score on assay.submissions
    for each row when (old.score <> new.score and old.comment is not null and new.comment = old.comment and new.commented_at is null)
    execute function assay.encouragement_follows();
