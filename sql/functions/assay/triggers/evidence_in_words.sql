-- Evidence is a place in the words that it was quoted from.
create or replace function assay.evidence_in_words()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    length_of_words integer;
begin
    select length(case q.kind when 'criterion' then s.content else new.texts[1] end) into length_of_words
      from assay.questions q
      left join assay.submissions s on s.id = new.submission_id
     where q.id = new.question_id;
    if lower(new.evidence) < 0 or upper(new.evidence) > coalesce(length_of_words, 0)
       or lower_inf(new.evidence) or upper_inf(new.evidence)
    then
        perform assay.refuse('evidence_in_words');
    end if;
    return new;
end
$$;

comment on function assay.evidence_in_words() is
    'Evidence lies inside the text it quotes: the submission of a criterion, the answer of an open question (evidence_in_words).';

create or replace trigger evidence_in_words
    before insert or update of evidence on assay.answers
    for each row when (not isempty(new.evidence))
    execute function assay.evidence_in_words();
