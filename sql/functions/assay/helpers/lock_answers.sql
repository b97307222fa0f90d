-- One request at a time writes what a student answers in an assignment.
create or replace function assay.lock_answers(student_id uuid, assignment_id uuid)
    returns void
    language plpgsql volatile
    set search_path = ''
as $$
begin
    -- No row is locked: a class that saves as it goes would write its assignment's row again and again.
    perform pg_advisory_xact_lock(hashtextextended(lock_answers.student_id::text || lock_answers.assignment_id::text, 0));
end
$$;

comment on function assay.lock_answers(uuid, uuid) is
    'Until the transaction ends nobody else saves, checks or hands in answers of this student to this assignment. Taken before any row is locked.';
