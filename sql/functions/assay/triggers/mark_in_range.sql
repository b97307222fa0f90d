-- A mark is about a question of its case, and 0 to its maximum, by levels where it has some.
create or replace function assay.mark_in_range()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    task    uuid := (select c.assignment_id from assay.tries t join assay.cases c on c.id = t.case_id where t.id = new.try_id);
    highest integer;
begin
    if new.question_id is not null then
        select q.max_score into highest from assay.questions_of_cases(task) q where q.id = new.question_id;
    elsif not exists (select from assay.questions_of_cases(task)) then
        select a.max_score into highest from assay.assignments a where a.id = task;
    end if;
    if highest is null then
        perform assay.refuse('mark_of_case');
    end if;
    if not (new.score between 0 and highest) then
        perform assay.refuse('mark_in_range', jsonb_build_object('max_score', highest));
    end if;
    if new.score is not null
       and exists (select from assay.options o where o.question_id = new.question_id)
       and not exists (select from assay.options o where o.question_id = new.question_id and o.score = new.score)
    then
        perform assay.refuse('score_is_a_level', (
            select jsonb_build_object('levels', jsonb_agg(o.score order by o.score))
              from assay.options o where o.question_id = new.question_id));
    end if;
    return new;
end
$$;

comment on function assay.mark_in_range() is
    'A mark is about one of its case''s criteria or open questions, or about the whole where there are none (mark_of_case); its score is 0 to that maximum, and one of the levels where there are some, whoever writes (mark_in_range, score_is_a_level).';

create or replace trigger mark_in_range
    before insert or update of try_id, question_id, score on assay.marks
    for each row execute function assay.mark_in_range();
