-- Evidence of a mark is a place in the words that it was quoted from.
create or replace function assay.mark_quotes_words()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if lower(new.evidence) < 0 or lower_inf(new.evidence) or upper_inf(new.evidence)
       or upper(new.evidence) > (select coalesce(length(assay.words_of_case(c, new.question_id)), 0)
                                   from assay.tries t
                                   join assay.cases c on c.id = t.case_id
                                  where t.id = new.try_id)
    then
        perform assay.refuse('evidence_in_words');
    end if;
    return new;
end
$$;

comment on function assay.mark_quotes_words() is
    'Evidence of a mark lies inside the words that it speaks of (evidence_in_words).';

create or replace trigger mark_quotes_words
    before insert or update of evidence on assay.marks
    for each row when (new.evidence is not null)
    execute function assay.mark_quotes_words();
