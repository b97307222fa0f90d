-- The questions of an assignment are numbered 1, 2, … without gaps, and are not too many.
create or replace function assay.question_numbers_in_order()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    assignment uuid;
    questions  bigint;
    lowest     integer;
    highest    integer;
    for_ai     bigint;
begin
    foreach assignment in array array[case when tg_op <> 'INSERT' then old.assignment_id end,
                                      case when tg_op <> 'DELETE' then new.assignment_id end] loop
        select count(*), min(q.number), max(q.number), count(*) filter (where q.kind in ('criterion', 'open'))
          into questions, lowest, highest, for_ai
          from assay.questions q
         where q.assignment_id = assignment;
        if questions > 0 and (lowest <> 1 or highest <> questions) then
            perform assay.refuse('question_numbers_in_order');
        elsif questions > 100 then
            perform assay.refuse('too_many_questions');
        elsif for_ai > 30 then
            perform assay.refuse('too_many_open_questions');
        end if;
    end loop;
    return null;
end
$$;

comment on function assay.question_numbers_in_order() is
    'At commit the questions of an assignment are numbered 1 to n; at most 100 of them, at most 30 that an AI marks (question_numbers_in_order, too_many_questions, too_many_open_questions).';

drop trigger if exists question_numbers_in_order on assay.questions;
create constraint trigger question_numbers_in_order
    after insert or delete or update of number, assignment_id, kind on assay.questions
    deferrable initially deferred
    for each row execute function assay.question_numbers_in_order();
