-- A question is attempted as often as its assignment says, and no more once it was all right.
create or replace function assay.no_attempts_left()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if exists (select from assay.questions q
                 join assay.assignments a on a.id = q.assignment_id
                where q.id = new.question_id
                  and (new.attempt > a.attempts
                       or exists (select from assay.answers x
                                   where x.student_id = new.student_id
                                     and x.question_id = new.question_id
                                     and x.attempt < new.attempt
                                     and x.score = q.max_score)))
    then
        perform assay.refuse('no_attempts_left');
    elsif not exists (select from assay.answers x
                       where x.student_id = new.student_id
                         and x.question_id = new.question_id
                         and x.attempt = new.attempt - 1
                         and x.checked_at is not null)
    then
        perform assay.refuse('attempt_in_order');
    end if;
    return new;
end
$$;

comment on function assay.no_attempts_left() is
    'A question has as many attempts as its assignment says, and none after one that was all right (no_attempts_left); each begins when the one before was checked (attempt_in_order).';

create or replace trigger no_attempts_left
    before insert or update of attempt, question_id, student_id on assay.answers
    for each row when (new.attempt > 1)
    execute function assay.no_attempts_left();
