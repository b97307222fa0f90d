-- A question earns 0 to its maximum, by levels where it has some.
create or replace function assay.answer_score_in_range()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    highest integer;
begin
    select q.max_score into highest from assay.questions q where q.id = new.question_id;
    if not (new.score between 0 and highest) then
        perform assay.refuse('answer_score_in_range', jsonb_build_object('max_score', highest));
    end if;
    if new.marked_by <> 'database' and exists (select from assay.questions q
                                                 join assay.options o on o.question_id = q.id
                                                where q.id = new.question_id and q.kind in ('criterion', 'open'))
       and not exists (select from assay.options o where o.question_id = new.question_id and o.score = new.score)
    then
        perform assay.refuse('score_is_a_level', (
            select jsonb_build_object('levels', jsonb_agg(o.score order by o.score))
              from assay.options o where o.question_id = new.question_id));
    end if;
    return new;
end
$$;

comment on function assay.answer_score_in_range() is
    'The score of an answer is 0 to its question''s maximum, and one of its levels where it has levels, whoever writes (answer_score_in_range, score_is_a_level).';

create or replace trigger answer_score_in_range
    before insert or update of score, question_id on assay.answers
    for each row when (new.score is not null)
    execute function assay.answer_score_in_range();
