-- Did a person have a hand in this score?
create or replace function assay.is_edited(submission assay.submissions)
    returns boolean
    language sql stable
begin atomic
    select (is_edited.submission).provider is null
       and ((is_edited.submission).adjustment <> 0
            -- What an AI marked and no AI is named for has a total that a person set, also when it is that sum.
            or coalesce((select bool_or(x.marked_by in ('teacher', 'ai')) from assay.answers x
                          where x.submission_id = (is_edited.submission).id), true));
end;

comment on function assay.is_edited(assay.submissions) is
    'True when a person gave the score of a submission, or any part of it; false when an AI or the database gave all of it.';
