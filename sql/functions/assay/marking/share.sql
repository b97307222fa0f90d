-- What a part of a question earns.
create or replace function assay.share(question assay.questions, got integer, of integer, is_flawless boolean)
    returns integer
    language sql immutable
begin atomic
    select case
        when share.got = share.of and share.is_flawless then (share.question).max_score
        when (share.question).partial then
            greatest(0, least((share.question).max_score * share.got / nullif(share.of, 0), (share.question).max_score - 1))
        else 0
    end;
end;

comment on function assay.share(assay.questions, integer, integer, boolean) is
    'The maximum when all is right and nothing wrong was picked or placed; else, with partial credit, got of `of` parts of it, rounded down, at least 0 and at most one less than the maximum; else 0.';
