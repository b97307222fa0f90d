-- One request at a time writes what a student answers.
create or replace function assay.lock_answers(student_id uuid)
    returns void
    language plpgsql volatile
    set search_path = ''
as $$
begin
    -- The student's own row: a class that saves as it goes does not meet at its assignment's. No role but the owner
    -- reaches it, so nobody who may only read can hold it.
    perform from assay.students s where s.id = lock_answers.student_id for no key update;
end
$$;

comment on function assay.lock_answers(uuid) is
    'Until the transaction ends nobody else saves, checks or hands in answers of this student. Taken before any other row is locked.';
