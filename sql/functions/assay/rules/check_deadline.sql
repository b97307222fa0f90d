-- Judges what is handed in by the deadline of its assignment.
create or replace function assay.check_deadline(student_id uuid, assignment_id uuid, content text, submitted_at timestamptz)
    returns void
    language plpgsql volatile
    set search_path = ''
as $$
declare
    assignment assay.assignments;
    -- Whoever inserts something does it at this moment, whatever time they write down and whenever their transaction began.
    arrived_at timestamptz := greatest(submitted_at, clock_timestamp());
begin
    -- Locked, so that a change of the assignment and its first text follow one another: either this text is
    -- judged by the new deadline, or the change finds the assignment locked. A key share lock would not do: one that
    -- waits for its turn at the row is granted beside a for update lock that an update has just made of its weaker
    -- one (seen with PostgreSQL 18.6; heap_lock_tuple looks again only for a row that was changed, not locked).
    select a.id, a.deadline, a.takes, a.collect into assignment.id, assignment.deadline, assignment.takes, assignment.collect
      from assay.assignments a
     where a.id = check_deadline.assignment_id
       and a.published_at is not null
       for share;
    if not found then
        perform assay.refuse('not_found');
    end if;

    if arrived_at >= assignment.deadline
       and not (assignment.takes = 'answers'
                and assignment.collect
                and check_deadline.submitted_at < assignment.deadline
                and assay.was_saved(check_deadline.student_id, check_deadline.assignment_id, check_deadline.content, check_deadline.submitted_at))
       and not assay.text_was_lost(check_deadline.student_id, check_deadline.assignment_id, check_deadline.content, arrived_at)
    then
        perform assay.refuse('deadline_passed');
    end if;
end
$$;

comment on function assay.check_deadline(uuid, uuid, text, timestamptz) is
    'A text arrives strictly before its assignment''s deadline, else 409 deadline_passed (404 not_found for none); but a text that was on time and was lost to an outage of every AI service may come back within 24 hours, and where answers are collected, what a student saved may be handed in later, as of the last save (submitted_at).';
