-- A quiz is published with something to answer.
create or replace function assay.nothing_to_publish()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform assay.refuse('nothing_to_publish');
    return null;
end
$$;

comment on function assay.nothing_to_publish() is
    'An assignment that takes answers is published, and stays published, with at least one approved question (nothing_to_publish).';

-- max_score_follows, which comes before it in the alphabet, has made the maximum the sum of the approved questions.
create or replace trigger nothing_to_publish
    before insert or update of published_at, max_score on assay.assignments
    for each row when (new.takes = 'answers' and new.published_at is not null and new.max_score = 0)
    execute function assay.nothing_to_publish();
