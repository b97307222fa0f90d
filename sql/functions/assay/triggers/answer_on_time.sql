-- Answers are saved and checked as long as they could be handed in.
create or replace function assay.answer_on_time()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    assignment assay.assignments;
    earlier    uuid;
begin
    -- Not locked: one row would be locked by a whole class that saves as it goes. A deadline that is moved at this very
    -- moment is moved before or after; what is handed in is judged again (submission_before_deadline).
    select a.id, a.deadline into assignment.id, assignment.deadline
      from assay.questions q
      join assay.assignments a on a.id = q.assignment_id
     where q.id = new.question_id
       and q.approved_at is not null
       and a.published_at is not null
       and a.deleted_at is null;
    if not found then
        perform assay.refuse('not_found');
    end if;
    select s.id into earlier
      from assay.submissions s
     where s.student_id = new.student_id
       and s.assignment_id = assignment.id;
    if found then
        perform assay.refuse('already_submitted', jsonb_build_object('submission_id', earlier));
    end if;
    select p.job_id into earlier
      from assay.pending_submissions p
     where p.student_id = new.student_id
       and p.assignment_id = assignment.id;
    if found then
        perform assay.refuse('submission_pending', jsonb_build_object('job_id', earlier));
    end if;
    if clock_timestamp() >= assignment.deadline then
        perform assay.refuse('deadline_passed');
    end if;
    return new;
end
$$;

comment on function assay.answer_on_time() is
    'An answer to an approved question of a published assignment (not_found) is saved and checked before the deadline (deadline_passed), and not once it was handed in (already_submitted, submission_pending), whoever writes.';

create or replace trigger answer_on_time
    before insert on assay.answers
    for each row when (new.submission_id is null)
    execute function assay.answer_on_time();

create or replace trigger answer_saved_on_time
    before update on assay.answers
    for each row when (
        new.submission_id is null
        and old.submission_id is null
        and (new.student_id, new.question_id, new.attempt, new.picked, new.indents, new.texts, new.saved_at, new.checked_at)
            is distinct from
            (old.student_id, old.question_id, old.attempt, old.picked, old.indents, old.texts, old.saved_at, old.checked_at))
    execute function assay.answer_on_time();
