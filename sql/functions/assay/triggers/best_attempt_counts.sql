-- What was handed in keeps its place in its submission, but for a better attempt at the same question.
create or replace function assay.best_attempt_counts()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if tg_when = 'BEFORE' then
        perform
           from assay.answers x
           join assay.questions q on q.id = x.question_id
          where new.submission_id is null
            and x.student_id = old.student_id
            and x.question_id = old.question_id
            and assay.mark(q, x.picked, x.indents, x.texts) > assay.mark(q, old.picked, old.indents, old.texts);
        if not found then
            perform assay.refuse('answer_is_final');
        end if;
        return new;
    end if;

    -- At commit: the place is not left empty, nor given to a worse attempt.
    perform
       from assay.submissions s
       join assay.questions q on q.id = old.question_id
      where s.id = old.submission_id
        and not exists (select from assay.answers x
                         where x.submission_id = s.id
                           and x.question_id = q.id
                           and x.score >= assay.mark(q, old.picked, old.indents, old.texts));
    if found then
        perform assay.refuse('answer_is_final');
    end if;
    return null;
end
$$;

comment on function assay.best_attempt_counts() is
    'An answer that was handed in stays in its submission (answer_is_final), unless another attempt at its question earns more, as after a key was corrected: at commit that one has its place.';

create or replace trigger best_attempt_counts
    before update of submission_id on assay.answers
    for each row when (old.submission_id is not null and new.submission_id is distinct from old.submission_id)
    execute function assay.best_attempt_counts();

drop trigger if exists place_is_taken on assay.answers;
create constraint trigger place_is_taken
    after update of submission_id on assay.answers
    deferrable initially deferred
    for each row when (old.submission_id is not null and new.submission_id is distinct from old.submission_id)
    execute function assay.best_attempt_counts();
