-- A question earns 0 to its maximum, by levels where it has some.
create or replace function assay.answer_score_in_range()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    highest integer;
    levels  integer[];
begin
    select q.max_score, array(select o.score from assay.options o
                               where o.question_id = q.id and q.kind in ('criterion', 'open') order by o.score)
      into highest, levels
      from assay.questions q
     where q.id = new.question_id;
    if not (new.score between 0 and highest) then
        perform assay.refuse('answer_score_in_range', jsonb_build_object('max_score', highest));
    elsif new.marked_by <> 'database' and levels <> '{}' and (new.score = any (levels)) is not true then
        perform assay.refuse('score_is_a_level', jsonb_build_object('levels', to_jsonb(levels)));
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
